"""The prediction for more cores than were measured, beside what was measured."""

from examples.interpreters.analysis import intervals, scale
from examples.interpreters.analysis.run import Run
from examples.interpreters.report.tables import MS, US, median, table, times

CORES = (4, 8, 16, 32, 64)
SLICES = (0.001, 0.01, 0.1)  # seconds
SLICES_A_WORKER = 100
SHOWN = ("forkserver/packed", "forkserver/shared_memory", "interpreter/packed",
         "interpreter/memoryview")  # fmt: skip
CHUNKS = (1, 2, 3, 4, 8)
MIB = 2**20


def tested(results: Run) -> str:
    """Compare the prediction with the ceiling that was measured."""
    slice_seconds, costs = _costs(results)
    lines, inside = [], 0
    for cell in results.ceiling:
        rows = cell.candidates
        for name in SHOWN:
            chunk, workers = cell.chunks[name], cell.workers
            predicted = scale.share(costs[name], slice_seconds, cell.slices, workers, chunk)
            measured = intervals.ratio(rows["control"]["values"], rows[name]["values"])
            agrees = measured.low <= predicted <= measured.high
            inside += agrees
            verdict = "yes" if agrees else "no"
            lines.append((name, workers, chunk, f"{predicted:.2f}", times(measured), verdict))
    head = ("executor/form", "workers", "slices a call", "predicted", "measured", "inside")
    return (
        table(head, lines)
        + f"\nThe prediction lies inside the measured interval in {inside} of {len(lines)} rows.\n"
    )


def predicted(results: Run) -> str:
    """Predict the share of the ideal throughput, and where one caller is the bottleneck."""
    _, costs = _costs(results)
    lines = []
    for name in SHOWN:
        for seconds in SLICES:
            shares = [
                scale.share(costs[name], seconds, SLICES_A_WORKER * cores, cores) for cores in CORES
            ]
            least, most = scale.ceiling(costs[name], seconds)
            row = [f"{one:.0%}" for one in shares]
            lines.append((name, f"{seconds * MS:g}", *row, f"{least:.0f} to {most:.0f}"))
    head = ("executor/form", "slice, ms", *(f"{cores} cores" for cores in CORES))
    return table((*head, "workers of one caller"), lines)


def needed(results: Run) -> str:
    """Predict memory and start-up, as multiples of what a worker was measured to add."""
    lines = []
    for row in results.start_up:
        if row.module != "light" or row.preload or row.kind == "thread":
            continue
        memory = results.memory[row.kind]["pss"] / MIB
        seconds = median(row.first) / results.start_workers
        lines.append(
            (row.kind, *(f"{cores * memory:.0f}" for cores in CORES), f"{64 * seconds:.1f}")
        )
    head = ("executor", *(f"{cores} workers, MiB" for cores in CORES))
    return table((*head, "start of 64, s"), lines)


def chunks(results: Run) -> str:
    """Predict what more slices in a call do to the share of the control."""
    slice_seconds, costs = _costs(results)
    lines = [
        (
            name,
            f"{costs[name].gap * US:.0f}",
            *(f"{_busy_share(costs[name], slice_seconds, size):.1%}" for size in CHUNKS),
        )
        for name in SHOWN
    ]
    head = ("executor/form", "gap, µs", "1 slice a call")
    return table((*head, *(f"{size} slices" for size in CHUNKS[1:])), lines)


def _busy_share(costs: scale.Costs, slice_seconds: float, chunk: int) -> float:
    """Give the share of its time that a worker spends on slices."""
    return chunk * slice_seconds / (chunk * slice_seconds + costs.gap)


def _costs(results: Run) -> tuple[float, dict[str, scale.Costs]]:
    """Give the seconds of a slice in the control, and the costs of a call, by executor."""
    rows = results.profile[0].candidates
    parts = ("submit", "there", "back", "gap")
    costs = {name: scale.Costs(*(median(rows[name][part]) for part in parts)) for name in SHOWN}
    return median(rows["control"]["busy"]), costs
