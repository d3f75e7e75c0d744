"""Workers were forked while another thread held a lock, and each waits for its own copy of it."""

import asyncio
import multiprocessing
import threading
import time
import warnings

import _lab

warnings.simplefilter("ignore", DeprecationWarning)
names = threading.Lock()
done = []


def rename(number: int) -> int:
    with names:
        return number


def collect_names(forked: threading.Event) -> None:
    with names:
        forked.wait()
    while True:
        with names:
            time.sleep(0.001)
        time.sleep(0.05)


async def rename_all(pool) -> None:
    loop = asyncio.get_running_loop()
    for number in range(1_000_000):
        renamed = loop.create_future()
        pool.apply_async(
            rename,
            (number,),
            callback=lambda result, renamed=renamed: loop.call_soon_threadsafe(
                renamed.set_result, result
            ),
        )
        done.append(await renamed)


async def main() -> None:
    forked = threading.Event()
    threading.Thread(target=collect_names, args=(forked,), daemon=True).start()
    with multiprocessing.get_context("spawn" if _lab.FIXED else "fork").Pool(2) as pool:
        forked.set()
        async with asyncio.TaskGroup() as group:
            group.create_task(rename_all(pool))
            group.create_task(_lab.watch(done))


if __name__ == "__main__":
    asyncio.run(main())
