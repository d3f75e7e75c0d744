"""Folders are walked under the limit that their parents already hold, so deep trees take it all."""

import asyncio

import _lab

limit = asyncio.Semaphore(3)
done = []


async def scan(depth: int) -> None:
    async with limit:
        await asyncio.sleep(0.01)
        if not _lab.FIXED:
            await scan_below(depth)
    if _lab.FIXED:
        await scan_below(depth)
    done.append(depth)


async def scan_below(depth: int) -> None:
    if depth:
        async with asyncio.TaskGroup() as group:
            group.create_task(scan(depth - 1))
            group.create_task(scan(depth - 1))


async def main() -> None:
    reached = asyncio.create_task(_lab.watch(done))
    while True:
        await scan(4)
        if reached.done():
            await reached


asyncio.run(main())
