"""A gate is opened and shut again in one step, so whoever comes late waits for ever."""

import asyncio

import _lab

opened = asyncio.Event()
done = []


async def fetch_token(number: int) -> None:
    asyncio.get_running_loop().call_soon(refresh)
    await asyncio.sleep(0.02)
    await opened.wait()
    done.append(number)


def refresh() -> None:
    opened.set()
    if not _lab.FIXED:
        opened.clear()


async def call(number: int) -> None:
    while True:
        await fetch_token(number)
        await asyncio.sleep(0.02)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(call(number))
        group.create_task(_lab.watch(done))


asyncio.run(main())
