"""A stream of pages takes a lock inside an asynchronous generator that is never closed."""

import asyncio

import _lab

catalogue = asyncio.Lock()
kept = []
done = []


async def pages():
    async with catalogue:
        for number in range(10):
            yield number
            await asyncio.sleep(0.01)


async def find(wanted: int) -> int:
    stream = pages()
    async for number in stream:
        if number == wanted:
            break
    if _lab.FIXED:
        await stream.aclose()
    else:
        kept.append(stream)
    return number


async def shop() -> None:
    while True:
        done.append(await find(3))


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(shop())
        group.create_task(_lab.watch(done))


asyncio.run(main())
