"""The figures behind the decision table: what orders the four tools.

python -m examples.interpreters.report.tools tools.json folder
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from examples.interpreters.analysis import intervals
from examples.interpreters.report.tables import MS, US, Results, median, table, times

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


def call_cost(results: Results, again: Results) -> str:
    """Show what an empty call costs, in both runs."""
    first, second = (run["workloads"]["call_cost"] for run in (results, again))
    rows = [
        (name, f"{first[kind] * US:.0f}", f"{second[kind] * US:.0f}")
        for kind, name in NAMES.items()
    ]
    return table(("an empty call, µs", "first run", "second run"), rows)


def lag(results: Results) -> str:
    """Show how late a loop woke at most in a round, beside the slices of each workload."""
    rows = [
        (
            name,
            f"{cell['slice_ms']:.2f}",
            *(f"{median(cell['candidates'][one]['lag']) * MS:.2f}" for one in LOOPS),
        )
        for name, cell in results["workloads"]["cells"].items()
    ]
    head = [NAMES[one.partition("/")[0]] for one in LOOPS]
    return table(("workload", "slice, ms", *(f"{name}, ms" for name in head)), rows)


def waits(measured: Results) -> str:
    """Show how long many waits take side by side."""
    found = measured["waits"]
    names = {"asyncio": "asyncio", "thread": f"{found['threads']} threads"}
    rows = [
        (names[tool], times(intervals.interval([one * MS for one in values])))
        for tool, values in found["rows"].items()
    ]
    head = f"{found['waits']} waits of {found['wait'] * MS:.0f} ms"
    return table((head, "all of them, ms"), rows) + circumstances(measured)


def more_workers(measured: Results) -> str:
    """Show the speed-up over the direct run with as many workers as CPUs, and with more."""
    cells = measured["more_workers"]["cells"]
    rows = []
    for name in cells[0]["candidates"]:
        if name in {"control", DIRECT}:
            continue
        gains = [
            intervals.ratio(
                cell["candidates"][DIRECT]["values"], cell["candidates"][name]["values"]
            )
            for cell in cells
        ]
        rows.append((NAMES[name.partition("/")[0]], *map(times, gains)))
    head = [f"{cell['workers']} workers, times direct" for cell in cells]
    return table(("slices of 10 ms", *head), rows) + circumstances(measured)


def requests(measured: Results) -> str:
    """Show the latency of a request alone, and beside a batch in the same pool."""
    rows = [
        (NAMES[kind], *(f"{median(values) * MS:.2f}" for values in row.values()))
        for kind, row in measured["requests"]["rows"].items()
    ]
    head = ("a short request, median of ms", "alone", "beside a batch in the same pool")
    return table(head, rows) + circumstances(measured)


def circumstances(measured: Results) -> str:
    """Say on what this was measured, and whether the machine had other work."""
    facts: dict[str, Any] = measured["machine"]
    priority = ", with real-time priority" if facts["real_time"] else ""
    return (
        f"\nCPython {facts['cpython']}, {facts['cpus']} CPUs, load before the run"
        f" {facts['load_before']}{priority}, {measured['date']}.\n"
    )


PAGES: dict[str, Callable[[Results], str]] = {
    "waits.md": waits,
    "more_workers.md": more_workers,
    "requests.md": requests,
}


def write(measured: Results, folder: Path) -> None:
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
        write(json.loads(options.results.read_text()), options.folder)
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"error: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
