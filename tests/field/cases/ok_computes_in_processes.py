"""Sums are computed in a pool of processes for two seconds each, and the loop is free."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import _lab

done = []


def simulate(run: int) -> int:
    return sum(number % 7 for number in range(4_000_000))


async def simulations(pool: ProcessPoolExecutor) -> None:
    loop = asyncio.get_running_loop()
    for run in range(1_000_000):
        done.append(await loop.run_in_executor(pool, simulate, run))


async def main() -> None:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        async with asyncio.TaskGroup() as group:
            for _ in range(3):
                group.create_task(simulations(pool))
            group.create_task(_lab.watch(done, seconds=5))


if __name__ == "__main__":
    asyncio.run(main())
