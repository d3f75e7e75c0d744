"""The figures behind the decision table: what orders the four tools.

python -m examples.interpreters.report.tools tools.json folder
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from examples.interpreters.analysis import intervals
from examples.interpreters.analysis.results import ResultsError, kind
from examples.interpreters.analysis.run import Cell, Machine, Run, cells
from examples.interpreters.report.tables import MS, US, median, table, times

# How a kind of executor is called in the decision table.
NAMES = {
    "direct": "in the event loop",
    "thread": "ThreadPoolExecutor",
    "forkserver": "ProcessPoolExecutor",
    "interpreter": "InterpreterPoolExecutor",
    "taskiq": "TaskIQ worker",
}
DIRECT = "direct/memoryview"
# The form of hand-over in which each of them delays a loop least in its own way.
LOOPS = (DIRECT, "thread/memoryview", "forkserver/packed", "interpreter/packed", "taskiq/objects")


@dataclass(frozen=True, slots=True)
class Waits:
    """Many waits side by side: how many, the seconds of each, the threads, seconds by tool."""

    waits: int
    wait: float
    threads: int
    rows: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Tools:
    """What was measured beside the two runs.

    Attributes:
        date: when, in ISO form.
        machine: on what.
        waits: side by side.
        more_workers: a cell for each number of workers.
        requests: seconds by kind of executor, alone and beside a batch.

    """

    date: str
    machine: Machine
    waits: Waits
    more_workers: Sequence[Cell]
    requests: Mapping[str, Mapping[str, Sequence[float]]]


def read(file: Path) -> Tools:
    """Read the results.

    Raises:
        OSError: when the file cannot be read.
        ResultsError: when these are no results of the tools.

    """
    try:
        found = json.loads(file.read_text())
        return Tools(
            date=found["date"],
            machine=Machine(**found["machine"]),
            waits=Waits(**found["waits"]),
            more_workers=cells(found["more_workers"]),
            requests=found["requests"]["rows"],
        )
    except ValueError as error:
        raise ResultsError(f"{file} is no JSON: {error}") from None
    except (KeyError, TypeError) as error:
        raise ResultsError(f"{file} is incomplete: {error}") from None


def call_cost(results: Run, again: Run) -> str:
    """Show what an empty call costs, in both runs."""
    first, second = (run.call_cost for run in (results, again))
    rows = [
        (name, f"{first[one] * US:.0f}", f"{second[one] * US:.0f}") for one, name in NAMES.items()
    ]
    return table(("an empty call, µs", "first run", "second run"), rows)


def lag(results: Run) -> str:
    """Show how late a loop woke at most in a round, beside the slices of each workload."""
    cells = results.workloads.values()
    rows = [("a slice takes", *(f"{cell.slice_ms:.2f}" for cell in cells))]
    rows += [
        (
            NAMES[kind(one)],
            *(f"{median(cell.candidates[one]['lag']) * MS:.2f}" for cell in cells),
        )
        for one in LOOPS
    ]
    return table(("milliseconds", *results.workloads), rows)


def waits(measured: Tools) -> str:
    """Show how long many waits take side by side."""
    found = measured.waits
    names = {"asyncio": "asyncio", "thread": f"{found.threads} threads"}
    rows = [
        (names[tool], times(intervals.interval([one * MS for one in values])))
        for tool, values in found.rows.items()
    ]
    head = f"{found.waits} waits of {found.wait * MS:.0f} ms"
    return table((head, "all of them, ms"), rows) + circumstances(measured)


def more_workers(measured: Tools) -> str:
    """Show the speed-up over the direct run with as many workers as CPUs, and with more."""
    rows = []
    for name in measured.more_workers[0].candidates:
        if name in {"control", DIRECT}:
            continue
        gains = [
            intervals.ratio(one.candidates[DIRECT]["values"], one.candidates[name]["values"])
            for one in measured.more_workers
        ]
        rows.append((NAMES[kind(name)], *map(times, gains)))
    head = [f"{one.workers} workers, times direct" for one in measured.more_workers]
    return table(("slices of 10 ms", *head), rows) + circumstances(measured)


def requests(measured: Tools) -> str:
    """Show the latency of a request alone, and beside a batch in the same pool."""
    rows = [
        (NAMES[one], *(f"{median(values) * MS:.2f}" for values in row.values()))
        for one, row in measured.requests.items()
    ]
    head = ("a short request, median of ms", "alone", "beside a batch in the same pool")
    return table(head, rows) + circumstances(measured)


def circumstances(measured: Tools) -> str:
    """Say on what this was measured, and whether the machine had other work."""
    facts = measured.machine
    priority = ", with real-time priority" if facts.real_time else ""
    return (
        f"\nCPython {facts.cpython}, {facts.cpus} CPUs, load before the run"
        f" {facts.load_before}{priority}, {measured.date}.\n"
    )


PAGES: dict[str, Callable[[Tools], str]] = {
    "waits.md": waits,
    "more_workers.md": more_workers,
    "requests.md": requests,
}


def write(measured: Tools, folder: Path) -> None:
    """Write every table."""
    for name, render in PAGES.items():
        (folder / name).write_text(render(measured))


def main() -> None:
    """Parse the command line and write."""
    parser = argparse.ArgumentParser(
        prog="tools", usage="%(prog)s tools.json folder", description=__doc__
    )
    for name in ("results", "folder"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    try:
        write(read(options.results), options.folder)
    except (OSError, ResultsError) as error:
        sys.exit(f"error: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
