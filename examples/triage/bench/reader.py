"""Compare the reader of triage with CPython's own: CPU time and memory of one look.

A look finds the Python in the process, and reads its tasks once.

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
# A process that only reads: its imports are no part of the look.
LOOK = """
import json, sys, time
{imports}
begin = time.process_time()
reader = {reader}(int(sys.argv[1]))
found = time.process_time()
try:
    listed = {read}
except RuntimeError:
    listed = 0
spent = time.process_time() - found
# Not ru_maxrss: that of a child begins with the memory of its parent.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([listed, found - begin, spent, int(peak.split()[1]) / 1024]))
"""
OURS = {"imports": "from examples.triage.read.reader import Reader", "reader": "Reader"}
READERS = {
    "CPython's": LOOK.format(
        imports="import _remote_debugging",
        reader="_remote_debugging.RemoteUnwinder",
        read="sum(len(thread.awaited_by) for thread in reader.get_all_awaited_by())",
    ),
    "triage's": LOOK.format(**OURS, read="len(reader.tasks().tasks)"),
    "triage's, with objects": LOOK.format(**OURS, read="len(reader.tasks(details=True).tasks)"),
}


@dataclass(frozen=True)
class Reading:
    """One reader on one number of tasks.

    Attributes:
        tasks: how many there are.
        reader: what read them.
        listed: how many it listed.
        found: median seconds of CPU to find the Python in the process.
        read: median seconds of CPU to read the tasks.
        megabytes: largest resident set.

    """

    tasks: int
    reader: str
    listed: int
    found: float
    read: float
    megabytes: float

    @property
    def seconds(self) -> float:
        """CPU time of the whole look."""
        return self.found + self.read


def measure(runs: int, counts: tuple[int, ...] = COUNTS) -> Iterator[Reading]:
    """Read each number of tasks with the readers in turn, as often as asked for."""
    for count in counts:
        command = [sys.executable, "-c", TARGET, str(count)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            try:
                if child.stdout is None or child.stdout.readline() != "ready\n":
                    raise RuntimeError("the target did not start")
                looks: dict[str, list[Any]] = {name: [] for name in READERS}
                for _ in range(runs):
                    for name, code in READERS.items():
                        look = [sys.executable, "-c", code, str(child.pid)]
                        looks[name].append(json.loads(subprocess.check_output(look, cwd=lab.ROOT)))
            finally:
                child.kill()
        for name, values in looks.items():
            listed, found, read, megabytes = zip(*values, strict=True)
            yield Reading(
                count,
                name,
                min(listed),
                round(median(found), 5),
                round(median(read), 5),
                round(max(megabytes), 1),
            )


def show(readings: list[Reading]) -> None:
    """Print a table; each ratio compares the CPU time of a look with that of CPython's reader."""
    base = {each.tasks: each for each in readings if each.reader == next(iter(READERS))}
    titles = ("listed", "find, ms", "read, ms", "ratio", "peak, MB")
    print("{:>7} {:<23} {:>7} {:>9} {:>9} {:>6} {:>9}".format("tasks", "reader", *titles))
    for each in readings:
        ratio = each.seconds / base[each.tasks].seconds
        print(
            f"{each.tasks:>7,} {each.reader:<23} {each.listed:>7,} {each.found * 1000:>9,.1f}"
            f" {each.read * 1000:>9,.1f} {ratio:>6.2f} {each.megabytes:>9,.0f}"
        )


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    show(list(measure(options.runs)))


if __name__ == "__main__":
    main()
