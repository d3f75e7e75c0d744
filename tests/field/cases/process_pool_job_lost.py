"""A worker of multiprocessing.Pool was killed for its memory; the result of its job never comes."""

import asyncio
import multiprocessing
import os
import signal

import _lab

done = []


def shrink(picture: int) -> int:
    if picture == 20 and not _lab.FIXED:
        os.kill(os.getpid(), signal.SIGKILL)
    return picture


def shrink_in_pool(pool, picture: int) -> int:
    return pool.apply_async(shrink, (picture,)).get()


async def gallery(pool) -> None:
    for picture in range(1_000_000):
        done.append(await asyncio.to_thread(shrink_in_pool, pool, picture))
        await asyncio.sleep(0.01)


async def main() -> None:
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        async with asyncio.TaskGroup() as group:
            group.create_task(gallery(pool))
            group.create_task(_lab.watch(done))


if __name__ == "__main__":
    asyncio.run(main())
