"""Score on two TaskIQ workers that reach Redis at two addresses, and lose one of them.

Each address of the loopback stands for a machine: its workers share nothing with
the others but the Redis.
"""

import asyncio

from examples.interpreters import rank
from examples.interpreters.harness.taskiq.cluster import cluster
from examples.interpreters.workloads import market, scoring

ADDRESSES = ("127.0.0.1", "127.0.0.2")
INSTRUMENTS, BARS = 96, 2000


async def main() -> None:
    """Send everything, kill the second machine in the middle, and say what came out."""
    slices = scoring.prepare(market.generate(rank.SEED, INSTRUMENTS, BARS))
    expected = rank.digest(scoring.combine([scoring.run_slice(one) for one in slices]))
    async with cluster(1, "forkserver", 1, ADDRESSES) as workers:
        print(f"Redis is reached at {', '.join(await workers.reached())}")
        await workers.hold_a_worker(ADDRESSES[1])
        running = asyncio.create_task(workers.run("scoring", slices), name="caller")
        await workers.kill_the_held_machine()
        print(f"killed every process of {ADDRESSES[1]}, inside a task")
        parts = await running
        counts = await workers.started()
        print(f"{len(slices)} slices sent, {len(parts)} results")
        print(f"tasks that nobody started: {len(slices) - len(counts)}")
        again = sum(count > 1 for count in counts.values())
        print(f"tasks that were started twice: {'at least one' if again else 'none'}")
        print(f"equal to the direct run: {rank.digest(scoring.combine(parts)) == expected}")
        print(f"tasks not acknowledged: {await workers.pending()}")


if __name__ == "__main__":
    asyncio.run(main())
