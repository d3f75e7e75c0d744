"""Sums are computed in a pool of interpreters of one process, and the loop is free."""

import asyncio
from concurrent.futures import InterpreterPoolExecutor

import _lab

done = []


async def simulations(pool: InterpreterPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    while True:
        done.append(await loop.run_in_executor(pool, sum, range(10_000_000)))


async def main() -> None:
    with InterpreterPoolExecutor(2) as pool:
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(simulations(pool))
            group.create_task(_lab.watch(done, seconds=5))


if __name__ == "__main__":
    asyncio.run(main())
