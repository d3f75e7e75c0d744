"""Compare TaskIQ workers with one process, to find the size from which they pay.

python -m examples.interpreters.scale_out.sizes --output results/scale_out.json
"""

import argparse
import asyncio
import dataclasses
import json
import os
import platform
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from examples.interpreters import rank
from examples.interpreters.analysis import intervals
from examples.interpreters.harness import executors, handover, output
from examples.interpreters.harness.taskiq.cluster import cluster
from examples.interpreters.report import tables
from examples.interpreters.workloads import market, scoring

BARS = 2000
SLICES = (1, 4, 16, 64, 256, 512)
SLICES_A_TASK = 4
ROUNDS = 9
# Where the same job runs without TaskIQ: one process, alone or with a pool.
RIVALS = {"direct": "one process", "forkserver": "one process with a pool"}


@dataclass(frozen=True, slots=True)
class Row:
    """One size of a job: its slices, and the seconds of each round in each of the three ways."""

    slices: int
    direct: list[float] = field(default_factory=list)
    forkserver: list[float] = field(default_factory=list)
    taskiq: list[float] = field(default_factory=list)

    def gain(self, rival: str) -> intervals.Interval:
        """Give how many times as fast TaskIQ is as a rival."""
        return intervals.ratio(getattr(self, rival), self.taskiq)


async def compare(workers: int, sizes: tuple[int, ...], rounds: int) -> dict[str, object]:
    """Run jobs of these sizes in all three ways, interleaved; give the seconds of each round."""
    slices = scoring.prepare(market.generate(rank.SEED, max(sizes), BARS))
    rows = []
    async with cluster(workers, "forkserver", 1) as taskiq:
        with _pool(workers) as pool:
            await taskiq.run("scoring", slices[:8])
            for size in sizes:
                print(f"{size} slices", file=sys.stderr, flush=True)
                job = slices[:size]
                row = Row(size)
                for _ in range(rounds):
                    start = time.perf_counter()
                    expected = [scoring.run_slice(one) for one in job]
                    row.direct.append(time.perf_counter() - start)
                    start = time.perf_counter()
                    sender = handover.Sender("packed", job)
                    pooled = executors.run(pool, "scoring", sender, _chunk(size, workers))
                    row.forkserver.append(time.perf_counter() - start)
                    start = time.perf_counter()
                    sent = await taskiq.run("scoring", job, _chunk(size, workers))
                    row.taskiq.append(time.perf_counter() - start)
                    if not [*map(tuple, sent)] == expected == pooled:
                        raise AssertionError("the results differ")
                rows.append(row)
    return {
        "schema": 1,
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "cpython": platform.python_version(),
        "workers": workers,
        "slices_a_task": SLICES_A_TASK,
        "rows": [dataclasses.asdict(row) for row in rows],
    }


def _pool(workers: int) -> Executor:
    """Open a warm process pool whose workers leave Ctrl-C to this process."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pool = executors.open_pool("forkserver", workers)
        executors.warm_up(pool, workers)
    finally:
        signal.signal(signal.SIGINT, handler)
    return pool


def _chunk(size: int, workers: int) -> int:
    """Give each worker several tasks, of not more slices than are worth a trip to Redis."""
    return max(1, min(SLICES_A_TASK, size // (executors.CHUNKS_A_WORKER * workers)))


def pays_from(rows: Sequence[Row], rival: str) -> int | None:
    """Give the number of slices from which on TaskIQ beats `rival` in every row, if there is one.

    It beats it when the whole interval of the speed-up lies above 1.
    """
    size = None
    for row in reversed(rows):
        if row.gain(rival).low <= 1.0:
            break
        size = row.slices
    return size


def read(file: Path) -> tuple[list[Row], int]:
    """Read the rows of a comparison, and how many workers it had."""
    found = json.loads(file.read_text())
    return [Row(**row) for row in found["rows"]], found["workers"]


def text(rows: Sequence[Row], workers: int) -> str:
    """Write the comparison as a Markdown table, and what follows from it."""
    lines = []
    for row in rows:
        medians = [tables.median(getattr(row, name)) * tables.MS for name in (*RIVALS, "taskiq")]
        gains = [tables.times(row.gain(rival)) for rival in RIVALS]
        lines.append((row.slices, *(f"{one:.0f}" for one in medians), *gains))
    names = [*RIVALS.values(), f"{workers} TaskIQ workers"]
    head = ("slices", *(f"{name}, ms" for name in names))
    gains = [f"TaskIQ over {name}" for name in RIVALS.values()]
    return (
        tables.table((*head, *gains), lines)
        + "\n"
        + "".join(_sentence(rows, rival) for rival in RIVALS)
    )


def _sentence(rows: Sequence[Row], rival: str) -> str:
    if size := pays_from(rows, rival):
        return f"- Against {RIVALS[rival]}, TaskIQ pays from {size} slices on.\n"
    last = rows[-1]
    longer = intervals.ratio(last.taskiq, getattr(last, rival))
    return (
        f"- Against {RIVALS[rival]}, TaskIQ pays at no size up to {last.slices} slices,"
        f" where it takes {tables.times(longer)} times as long.\n"
    )


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
    output.write(options.output, results)
    options.output.with_suffix(".md").write_text(text(*read(options.output)))


if __name__ == "__main__":
    main()
