"""Compare TaskIQ workers with one process that runs directly, to find the size that pays.

python -m examples.interpreters.scale_out.sizes --output results/scale_out.json
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from examples.interpreters import market, measure, rank, report
from examples.interpreters.scale_out.cluster import cluster
from examples.interpreters.workloads import scoring

BARS = 2000
SLICES = (1, 4, 16, 64, 256)
SLICES_A_TASK = 4
ROUNDS = 7


async def compare(workers: int, sizes: tuple[int, ...], rounds: int) -> dict[str, Any]:
    """Run jobs of these sizes both ways, interleaved, and give the seconds of each round."""
    slices = scoring.prepare(market.generate(rank.SEED, max(sizes), BARS))
    rows = []
    async with cluster(workers, "forkserver", 1) as taskiq:
        await taskiq.run("scoring", slices[:8])
        for size in sizes:
            print(f"{size} slices", file=sys.stderr, flush=True)
            row: dict[str, Any] = {"slices": size, "direct": [], "taskiq": []}
            for _ in range(rounds):
                begin = time.perf_counter()
                expected = [scoring.run_slice(one) for one in slices[:size]]
                middle = time.perf_counter()
                parts = await taskiq.run("scoring", slices[:size], SLICES_A_TASK)
                row["direct"].append(middle - begin)
                row["taskiq"].append(time.perf_counter() - middle)
                if [tuple(part) for part in parts] != expected:
                    raise AssertionError("the results differ")
            rows.append(row)
    return {
        "schema": 1,
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "cpython": platform.python_version(),
        "workers": workers,
        "slices_a_task": SLICES_A_TASK,
        "rows": rows,
    }


def table(results: dict[str, Any]) -> str:
    """Write the comparison as a Markdown table."""
    rows = []
    for row in results["rows"]:
        direct, taskiq = (measure.interval(row[name]).median for name in ("direct", "taskiq"))
        rows.append(
            (
                row["slices"],
                f"{direct * 1e3:.0f}",
                f"{taskiq * 1e3:.0f}",
                report.times(measure.ratio(row["direct"], row["taskiq"])),
                f"{row['slices'] / taskiq:.0f}",
            )
        )
    head = ("slices", "one process, ms", f"{results['workers']} TaskIQ workers, ms")
    return report.table((*head, "speed-up", "slices a second"), rows)


def main() -> None:
    """Parse the command line, measure, write."""
    parser = argparse.ArgumentParser(prog="sizes", usage="%(prog)s [options]", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="file to write")
    parser.add_argument("--workers", type=int, default=os.process_cpu_count())
    parser.add_argument("--quick", action="store_true", help="two rounds of two sizes")
    options = parser.parse_args()
    sizes, rounds = (SLICES[:2], 2) if options.quick else (SLICES, ROUNDS)
    try:
        results = asyncio.run(compare(options.workers, sizes, rounds))
    except KeyboardInterrupt:
        sys.exit("error: interrupted; nothing was written")
    options.output.write_text(json.dumps(results, indent=1) + "\n")
    options.output.with_suffix(".md").write_text(table(results))


if __name__ == "__main__":
    main()
