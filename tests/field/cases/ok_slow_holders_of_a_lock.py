"""One scale weighs one thing at a time, which takes three seconds; six people stand in line."""

import asyncio

import _lab

scale = asyncio.Lock()
done = []


async def weigh(thing: int) -> None:
    async with scale:
        await asyncio.sleep(3)
    done.append(thing)


async def person() -> None:
    for thing in range(1_000_000):
        await weigh(thing)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(6):
            group.create_task(person())
        group.create_task(_lab.watch(done, seconds=7))


asyncio.run(main())
