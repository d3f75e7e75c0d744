"""Compare the reader of triage with CPython's own: CPU time and memory of one reading.

``python -m examples.triage.bench.reader`` prints the table; ``make bench-triage`` measures it too.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

from examples import lab

COUNTS = (10, 1_000, 10_000, 60_000, 100_000)
TARGET = """
import asyncio, sys

loop = asyncio.new_event_loop()

async def wait():
    await asyncio.sleep(3600)

tasks = [loop.create_task(wait()) for _ in range(int(sys.argv[1]))]
loop.call_later(0.1, lambda: print("ready", flush=True))
loop.run_forever()
"""
# A process that only reads: what it needs before it begins is no part of the reading.
READ = """
import json, sys, time
{setup}
begin = time.process_time()
try:
    listed = {read}
except RuntimeError:
    listed = 0
spent = time.process_time() - begin
# Not ru_maxrss: that of a child begins with the memory of its parent.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([listed, spent, int(peak.split()[1]) / 1024]))
"""
OURS = "from examples.triage.read.reader import Reader\nreader = Reader(int(sys.argv[1]))"
READERS = {
    "CPython's": READ.format(
        setup="import _remote_debugging\n"
        "reader = _remote_debugging.RemoteUnwinder(int(sys.argv[1]))",
        read="sum(len(thread.awaited_by) for thread in reader.get_all_awaited_by())",
    ),
    "triage's": READ.format(setup=OURS, read="len(reader.tasks().tasks)"),
    "triage's, with objects": READ.format(setup=OURS, read="len(reader.tasks(details=True).tasks)"),
}


@dataclass(frozen=True)
class Reading:
    """One reader on one number of tasks.

    Attributes:
        tasks: how many there are.
        reader: what read them.
        listed: how many it listed.
        seconds: median CPU time of a reading.
        megabytes: largest resident set.

    """

    tasks: int
    reader: str
    listed: int
    seconds: float
    megabytes: float


def measure(runs: int, counts: tuple[int, ...] = COUNTS) -> Iterator[Reading]:
    """Read each number of tasks with the readers in turn, as often as asked for."""
    for count in counts:
        command = [sys.executable, "-c", TARGET, str(count)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            try:
                if child.stdout is None or child.stdout.readline() != "ready\n":
                    raise RuntimeError("the target did not start")
                found: dict[str, list[Any]] = {name: [] for name in READERS}
                for _ in range(runs):
                    for name, code in READERS.items():
                        reading = [sys.executable, "-c", code, str(child.pid)]
                        output = subprocess.check_output(reading, cwd=lab.ROOT)
                        found[name].append(json.loads(output))
            finally:
                child.kill()
        for name, values in found.items():
            listed, seconds, megabytes = zip(*values, strict=True)
            yield Reading(
                count,
                name,
                min(listed),
                round(median(seconds), 5),
                round(max(megabytes), 1),
            )


def show(readings: list[Reading]) -> None:
    """Print a table; each ratio compares a number with that of CPython's reader."""
    base = {each.tasks: each for each in readings if each.reader == next(iter(READERS))}
    print(f"{'tasks':>7} {'reader':<23} {'listed':>7} {'CPU, ms':>9} {'ratio':>6} {'peak, MB':>9}")
    for each in readings:
        ratio = each.seconds / base[each.tasks].seconds
        print(
            f"{each.tasks:>7,} {each.reader:<23} {each.listed:>7,} {each.seconds * 1000:>9,.1f}"
            f" {ratio:>6.2f} {each.megabytes:>9,.0f}"
        )


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    show(list(measure(options.runs)))


if __name__ == "__main__":
    main()
