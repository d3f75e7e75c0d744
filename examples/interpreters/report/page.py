"""Turn two runs of the harness into the tables and charts of the pages.

python -m examples.interpreters.report.page first.json second.json folder
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from examples.interpreters.analysis import breakeven, intervals
from examples.interpreters.analysis import results as judged
from examples.interpreters.analysis import run as measured
from examples.interpreters.analysis.results import ResultsError
from examples.interpreters.analysis.run import Run
from examples.interpreters.report import charts, scale, targets, tools, verdicts
from examples.interpreters.report.tables import MS, US, below, median, size, table, times

DIRECT = "direct/memoryview"
# Of 600 requests, p99.9 would be a single one.
PERCENTILES = ("p50", "p95", "p99")
MIB = 2**20


def machine(results: Run, again: Run) -> str:
    """Say what both runs were measured on."""
    return table(
        ("fact", "first run", "second run"),
        [
            (name, one, other)
            for (name, one), (_, other) in zip(_facts(results), _facts(again), strict=True)
        ],
        align="---",
    )


def _facts(results: Run) -> list[tuple[str, str]]:
    facts = results.machine
    gil = "on" if facts.gil else "off"
    return [
        ("CPython", f"{facts.cpython}, {facts.compiler}, GIL {gil}"),
        ("platform", facts.platform),
        ("processor", f"{facts.processor}, {facts.cpus} CPUs"),
        ("workers", str(facts.workers)),
        ("load before the run", str(facts.load_before)),
        ("measured on", results.date),
        ("length of the run", f"{results.seconds} s"),
    ]


def workloads(results: Run) -> str:
    """Compare families on each workload, as speed-up over the direct run."""
    rows = []
    for name, cell in results.workloads.items():
        candidates = cell.candidates
        direct = candidates[DIRECT]["values"]
        row = [name, f"{cell.slice_ms:.2f}", size(cell.payload)]
        for families in ({"thread"}, {"process"}, {"interpreter"}):
            best = breakeven.fastest(candidates, families)
            form = best if families == {"process"} else best.partition("/")[2]
            gain = below(intervals.ratio(direct, candidates[best]["values"]))
            row.append(gain if families == {"thread"} else f"{gain} {form}")
        row.append(below(intervals.ratio(direct, candidates["interpreter/objects"]["values"])))
        row.append(below(intervals.ratio(direct, candidates["control"]["values"])))
        rows.append(row)
    head = ("workload", "slice, ms", "payload", "thread", "best process pool")
    return table((*head, "best interpreter pool", "interpreter, objects", "control"), rows)


def scoring(results: Run) -> str:
    """Show every candidate on the lead example."""
    cell = results.workloads["scoring"]
    candidates, slices = cell.candidates, cell.slices
    control = candidates["control"]["values"]
    rows = []
    for name, row in candidates.items():
        wall = intervals.interval([second * MS for second in row["values"]])
        busy = sum(row["values"])
        rows.append(
            (
                name,
                below(wall, digits=1),
                f"{slices / wall.median * MS:.0f}",
                below(intervals.ratio(candidates[DIRECT]["values"], row["values"])),
                f"{intervals.ratio(control, row['values']).median:.0%}",
                f"{median(row['p50']) * MS:.2f}" if "p50" in row else "",
                f"{median(row['p95']) * MS:.2f}" if "p95" in row else "",
                f"{sum(row['user']) / busy:.2f} + {sum(row['system']) / busy:.2f}",
                cell.chunks.get(name, ""),
            )
        )
    head = ("executor/form", "batch, ms", "slices a second", "speed-up", "of the control")
    return table((*head, "slice p50, ms", "p95, ms", "cores, user + system", "slices a call"), rows)


def memory(results: Run) -> str:
    """Show what a worker adds."""
    rows = [
        (kind, *(f"{row[one] / MIB:.1f}" for one in ("pss", "uss", "rss")))
        for kind, row in results.memory.items()
    ]
    return table(("executor", "PSS, MiB a worker", "USS", "RSS"), rows)


def memory_chart(results: Run) -> str:
    """Draw what a worker adds."""
    added = {kind: row["pss"] / MIB for kind, row in results.memory.items()}
    rows = [
        (kind, intervals.interval([max(mib, 0.0)]), f"{mib:.1f}") for kind, mib in added.items()
    ]
    caption = charts.Caption(
        "memory",
        "Memory that each worker adds",
        "PSS of the process tree, with all workers warm and idle, read once.",
    )
    return charts.bars(caption, "PSS, MiB a worker", rows)


def breakeven_table(results: Run) -> str:
    """Say who wins each cell, and by how much."""
    rows = []
    for cell in results.breakeven:
        won = breakeven.winner(cell.candidates)
        rows.append(
            (
                f"{cell.slice_ms:g} ms",
                size(cell.payload),
                won.candidate if won.decided else f"{won.word}: {won.candidate}",
                won.rival,
                below(won.advantage),
            )
        )
    words = ("winner", "best of another family")
    return table(("slice", "payload", *words, "advantage"), rows, words=words)


def breakeven_chart(results: Run) -> str:
    """Draw the map."""
    cells = results.breakeven
    slices = sorted({cell.slice_ms for cell in cells})
    rows = []
    for payload in sorted({cell.payload for cell in cells}):
        won = [breakeven.winner(c.candidates) for c in cells if c.payload == payload]
        rows.append((size(payload), [_map_cell(one) for one in won]))
    caption = charts.Caption(
        "breakeven",
        "Which executor wins, by length of slice and size of payload",
        "Each cell names the family that wins, how many times as fast it is as the best of another"
        " family, and the interval; a coloured cell is decided, a dashed one is not.",
    )
    return charts.grid(caption, ("slice", "payload"), [f"{one:g} ms" for one in slices], rows)


def _map_cell(won: breakeven.Winner) -> charts.Cell:
    gain = won.advantage
    texts = [won.word, f"{gain.median:.2f} times", f"{gain.low:.2f}\N{EN DASH}{gain.high:.2f}"]
    return charts.Cell(won.word, texts)


def ceiling(results: Run) -> str:
    """Compare with the control for each number of workers."""
    rows = []
    for cell in results.ceiling:
        candidates = cell.candidates
        for name, row in candidates.items():
            rows.append(
                (
                    name,
                    cell.workers,
                    times(intervals.ratio(candidates[DIRECT]["values"], row["values"])),
                    times(intervals.ratio(candidates["control"]["values"], row["values"])),
                )
            )
    return table(("executor/form", "workers", "speed-up", "share of the control"), rows)


def ceiling_chart(results: Run) -> str:
    """Draw the share of the control with all workers."""
    candidates = results.ceiling[-1].candidates
    control = candidates["control"]["values"]
    shares = {name: intervals.ratio(control, row["values"]) for name, row in candidates.items()}
    caption = charts.Caption(
        "ceiling",
        "Throughput as a share of the parallel ceiling",
        "Slices of 10 ms. The ceiling is as many processes as workers that hand nothing over."
        " Whiskers are intervals.",
    )
    rows = [(name, share, f"{share.median:.2f}") for name, share in shares.items()]
    return charts.bars(caption, "throughput, 1 = the control", rows)


def hand_over(results: Run) -> str:
    """Show the round trips by form and payload, and those in which the payload comes back."""
    cells = results.hand_over
    rows = []
    for name in cells[0].candidates:
        hand_overs = [f"{median(cell.candidates[name]['hand_overs']) * US:.0f}" for cell in cells]
        round_trips = cells[-2].candidates[name].get("round_trips")
        rows.append((name, *hand_overs, f"{median(round_trips) * US:.0f}" if round_trips else ""))
    sizes = [size(cell.payload) for cell in cells]
    return table(("executor/form, µs", *sizes, f"{sizes[-2]} there and back"), rows)


def hand_over_chart(results: Run) -> str:
    """Draw the round trips of the forms that matter."""
    cells = results.hand_over
    shown = (
        "interpreter/objects",
        "forkserver/objects",
        "forkserver/packed",
        "forkserver/shared_memory",
        "interpreter/packed",
        "interpreter/memoryview",
    )
    series = [
        (name, [_milliseconds(cell.candidates[name]["hand_overs"]) for cell in cells])
        for name in shown
    ]
    caption = charts.Caption(
        "handover",
        "Round trip by payload and form of hand-over",
        "Milliseconds on a logarithmic scale, with intervals as whiskers."
        " Objects are solid lines, packed bytes dashed, shared buffers dotted.",
    )
    axes = ("payload", "round trip, ms, log scale")
    return charts.lines(caption, axes, [size(cell.payload) for cell in cells], series)


def _milliseconds(seconds: Sequence[float]) -> intervals.Interval:
    return intervals.interval([second * MS for second in seconds])


def serialization(results: Run) -> str:
    """Show serialization by itself."""
    rows = results.serialization
    payloads = sorted({row.payload for row in rows})
    lines = []
    for what in dict.fromkeys(row.what for row in rows):
        mine = [row for row in rows if row.what == what]
        seconds = [f"{median(row.seconds) * US:.1f}" for row in mine]
        lines.append((what, *seconds, size(mine[-2].bytes) if mine[-2].bytes else "none"))
    head = [size(one) for one in payloads]
    return table(("step, µs", *head, f"bytes that cross at {head[-2]}"), lines)


def start_up(results: Run) -> str:
    """Show start-up by itself."""
    rows = [
        (
            f"{row.kind}{', preloaded' if row.preload else ''}",
            row.module,
            times(intervals.interval([second * MS for second in row.first])),
            times(intervals.interval([second * MS for second in row.again])),
        )
        for row in results.start_up
    ]
    return table(("executor", "module", "first pool, ms", "second pool, ms"), rows)


def open_loop(results: Run) -> str:
    """Show latency under load, and what a closed loop would have said."""
    found = results.open_loop
    rows = [
        (f"{kind}, {loop} loop", *(f"{row[name] * MS:.1f}" for name in PERCENTILES))
        for kind, loops in found.rows.items()
        for loop, row in loops.items()
    ]
    requests, every = found.requests, found.long_every
    return (
        f"{requests} requests, {found.rate:g} a second: each computes for"
        f" {found.short_ms} ms, and one in {every} for {found.long_ms} ms.\n"
        f"So {requests // every} of them are long by design, and p99 leaves out only"
        f" {requests // 100}: it tells of the long ones."
        " p50 and p95 show what these do to the short ones.\n\n"
    ) + table(("executor", *(f"{name}, ms" for name in PERCENTILES)), rows)


def profile(results: Run) -> str:
    """Show where the round trip of a slice spends its time."""
    return targets.profile(results.profile)


ONE_RUN: dict[str, Callable[[Run], str]] = {
    "workloads.md": workloads,
    "scoring.md": scoring,
    "memory.md": memory,
    "memory.svg": memory_chart,
    "breakeven.md": breakeven_table,
    "breakeven.svg": breakeven_chart,
    "ceiling.md": ceiling,
    "ceiling.svg": ceiling_chart,
    "profile.md": profile,
    "chunks.md": scale.chunks,
    "scale_tested.md": scale.tested,
    "scale_predicted.md": scale.predicted,
    "scale_needed.md": scale.needed,
    "handover.md": hand_over,
    "handover.svg": hand_over_chart,
    "serialization.md": serialization,
    "start_up.md": start_up,
    "open_loop.md": open_loop,
    "lag.md": tools.lag,
}


def write(results: Run, again: Run, verdict: str, folder: Path) -> None:
    """Write every table and chart, and what the gate says."""
    for name, render in ONE_RUN.items():
        (folder / name).write_text(render(results))
    (folder / "machine.md").write_text(machine(results, again))
    (folder / "call_cost.md").write_text(tools.call_cost(results, again))
    (folder / "repeat.md").write_text(targets.repeat(results, again))
    (folder / "targets.md").write_text(targets.table_of(results, again))
    (folder / "verdicts.md").write_text(verdict)


def main() -> None:
    """Parse the command line and write."""
    parser = argparse.ArgumentParser(
        prog="report", usage="%(prog)s first.json second.json folder", description=__doc__
    )
    for name in ("first", "second", "folder"):
        parser.add_argument(name, type=Path)
    options = parser.parse_args()
    files = (options.first, options.second)
    try:
        results, again = map(measured.read, files)
        verdict = verdicts.text([judged.read(file) for file in files])
        write(results, again, verdict, options.folder)
    except (OSError, ResultsError) as error:
        sys.exit(f"error: {type(error).__name__}: {error}")


if __name__ == "__main__":
    main()
