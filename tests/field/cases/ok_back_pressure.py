"""A reader of a file is held back by a full queue, since the index takes four seconds a block."""

import asyncio
import time

import _lab

done = []


def write_index(block: int) -> None:
    time.sleep(4)


async def index(blocks: asyncio.Queue) -> None:
    while True:
        block = await blocks.get()
        await asyncio.to_thread(write_index, block)
        done.append(block)


async def read_file(blocks: asyncio.Queue) -> None:
    for block in range(1_000_000):
        await blocks.put(block)


async def main() -> None:
    blocks: asyncio.Queue = asyncio.Queue(8)
    async with asyncio.TaskGroup() as group:
        group.create_task(index(blocks))
        group.create_task(read_file(blocks))
        group.create_task(_lab.watch(done, seconds=9))


asyncio.run(main())
