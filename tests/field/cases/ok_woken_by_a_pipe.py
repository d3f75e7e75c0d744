"""Workers wait for their queues, which a callback fills when another process writes to a pipe."""

import asyncio
import os

import _lab


async def next_item(items: asyncio.Queue[bytes]) -> bytes:
    return await items.get()


async def work(items: asyncio.Queue[bytes]) -> None:
    while True:
        await next_item(items)


async def main() -> None:
    reading, _ = os.pipe()
    queues = [asyncio.Queue[bytes]() for _ in range(2)]

    def fill() -> None:
        for items in queues:
            items.put_nowait(os.read(reading, 1))

    asyncio.get_running_loop().add_reader(reading, fill)
    async with asyncio.TaskGroup() as group:
        for items in queues:
            group.create_task(work(items))
        await asyncio.sleep(0.1)
        _lab.say_ready(os.getpid(), works=True)


asyncio.run(main())
