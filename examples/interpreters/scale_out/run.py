"""Score on TaskIQ workers over Redis Streams, and compare with the direct run."""

import argparse
import asyncio
import time

from examples.interpreters import rank
from examples.interpreters.harness import executors
from examples.interpreters.harness.taskiq.cluster import cluster
from examples.interpreters.workloads import CANDIDATES, market


async def main(options: argparse.Namespace) -> None:
    """Run once, with or without a kill, and say what came out."""
    work = CANDIDATES[options.workload]
    data = market.generate(rank.SEED, options.instruments, options.bars)
    slices = work.prepare(data)
    expected = rank.digest(work.combine([work.run_slice(one) for one in slices]))
    async with cluster(options.workers, options.pool, options.pool_workers) as workers:
        if options.kill:
            await workers.hold_a_worker()
        begin = time.perf_counter()
        running = asyncio.create_task(workers.run(options.workload, slices), name="caller")
        if options.kill:
            await workers.kill_the_held_worker()
            print("killed a worker inside a task")
        parts = await running
        seconds = time.perf_counter() - begin
        print(f"{len(slices)} slices sent, {len(parts)} results, {options.workers} workers")
        if options.kill:
            again = sum(count > 1 for count in (await workers.started()).values())
            print(f"tasks that were started again: {'at least one' if again else 'none'}")
        print(f"equal to the direct run: {rank.digest(work.combine(parts)) == expected}")
        print(f"tasks not acknowledged: {await workers.pending()}")
        if options.time:
            print(f"{len(slices) / seconds:.0f} slices a second")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="run", usage="%(prog)s [options]", description=__doc__)
    parser.add_argument("--workload", choices=CANDIDATES, default="scoring")
    parser.add_argument("--workers", type=int, default=2, help="TaskIQ worker processes")
    parser.add_argument("--pool", choices=executors.KINDS, default="forkserver")
    parser.add_argument("--pool-workers", type=int, default=1, help="of the pool of each worker")
    parser.add_argument("--instruments", type=int, default=24)
    parser.add_argument("--bars", type=int, default=2000)
    parser.add_argument("--kill", action="store_true", help="kill a worker in the middle")
    parser.add_argument("--time", action="store_true", help="print the throughput too")
    asyncio.run(main(parser.parse_args()))
