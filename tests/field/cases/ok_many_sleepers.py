"""Nine hundred alarms wait for their hour in a task each."""

import asyncio

import _lab

done = []


async def alarm(number: int) -> None:
    while True:
        await asyncio.sleep(600 + number)


async def clock() -> None:
    while True:
        await asyncio.sleep(0.5)
        done.append(1)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(900):
            group.create_task(alarm(number))
        group.create_task(clock())
        group.create_task(_lab.watch(done))


asyncio.run(main())
