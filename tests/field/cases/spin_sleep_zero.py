"""A consumer goes round an empty buffer with sleep(0) and calls that cooperative."""

import asyncio

import _lab

buffer: list[int] = []


async def drain_buffer() -> None:
    while buffer:
        buffer.pop()
        await asyncio.sleep(0)


async def consume() -> None:
    while True:
        await drain_buffer()
        await asyncio.sleep(0.05 if _lab.FIXED else 0)


async def heartbeat() -> None:
    while True:
        await asyncio.sleep(0.5)


async def main() -> None:
    _lab.watch_cpu()
    async with asyncio.TaskGroup() as group:
        group.create_task(consume())
        group.create_task(heartbeat())


asyncio.run(main())
