"""The processes of a pool share a lock; one process was killed while it held it."""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

import _lab

done = []
lock = None


def prepare(shared) -> None:
    global lock  # noqa: PLW0603 # how an initializer hands something to its process
    lock = shared


def index(document: int) -> int:
    with lock:
        time.sleep(0.005)
    return document


def hold(shared, holding) -> None:
    with shared:
        holding.set()
        time.sleep(3600)


async def index_all(pool: ProcessPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    for document in range(1_000_000):
        done.append(await loop.run_in_executor(pool, index, document))


def kill_a_holder(context, shared) -> None:
    holding = context.Event()
    holder = context.Process(target=hold, args=(shared, holding))
    holder.start()
    holding.wait()
    holder.kill()
    holder.join()


async def main() -> None:
    context = multiprocessing.get_context("spawn")
    shared = context.Lock()
    with ProcessPoolExecutor(2, context, prepare, (shared,)) as pool:
        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(index_all(pool))
            if not _lab.FIXED:
                await asyncio.to_thread(kill_a_holder, context, shared)
            group.create_task(_lab.watch(done))


if __name__ == "__main__":
    asyncio.run(main())
