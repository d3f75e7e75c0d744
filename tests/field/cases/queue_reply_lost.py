"""Each job brings a queue for its reply; a deadline cancelled the worker that had to fill it."""

import asyncio
from contextlib import suppress

import _lab

jobs: asyncio.Queue = asyncio.Queue()
done = []


async def convert(number: int) -> None:
    reply: asyncio.Queue = asyncio.Queue(1)
    jobs.put_nowait((number, reply))
    done.append(await reply.get())


async def work() -> None:
    while True:
        number, reply = await jobs.get()
        await asyncio.sleep(5 if number == 10 and not _lab.FIXED else 0.01)
        reply.put_nowait(number)


async def supervise() -> None:
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(work(), 1 if not _lab.FIXED else None)
            continue
        return


async def client() -> None:
    for number in range(1_000_000):
        await convert(number)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(supervise())
        for _ in range(3):
            group.create_task(client())
        group.create_task(_lab.watch(done))


asyncio.run(main())
