"""Four films at a time are encoded by a program that takes five seconds; forty are in the queue."""

import asyncio

import _lab

slots = asyncio.Semaphore(4)
done = []


async def encode(film: int) -> None:
    async with slots:
        program = await asyncio.create_subprocess_exec("sleep", "5")
        await program.wait()
    done.append(film)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(_lab.watch(done, seconds=6))
        for film in range(400):
            group.create_task(encode(film))


asyncio.run(main())
