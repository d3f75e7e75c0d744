"""What the project wants of an interpreter pool, what was measured, and where the time goes."""

from collections.abc import Mapping, Sequence

from examples.interpreters.analysis import breakeven, intervals
from examples.interpreters.analysis.run import Cell, Run, Series
from examples.interpreters.report.tables import MS, US, median, size, table, times

MEGABYTE = 1_000_000
SHARE, TIMES = 0.97, 5.0
PACKED = "interpreter/memoryview"
# They run a slice within `submit`.
INLINE = ("control", "direct")


def table_of(results: Run, again: Run) -> str:
    """Say which targets of the project are met, by the rounds of both runs together."""
    runs = (results, again)
    ceilings = [run.ceiling[-1].candidates for run in runs]
    mine = breakeven.fastest(ceilings[0], {"interpreter"})
    process = breakeven.fastest(ceilings[0], {"process"})
    hand_overs = [_megabyte(run) for run in runs]
    pickling = [
        name
        for name in hand_overs[0]
        if breakeven.family(name) == "process" and not name.endswith("/shared_memory")
    ]
    best = min(pickling, key=lambda name: median(hand_overs[0][name]["hand_overs"]))
    found = breakeven.disagreements(results.breakeven, again.breakeven)
    lines = [
        _target(
            f"10 ms slices: {mine} reaches {SHARE} of the control",
            _ratio(ceilings, "control", mine, "values"),
            SHARE,
        ),
        _target(
            f"10 ms slices: {mine} reaches {SHARE} of {process}, the best process pool",
            _ratio(ceilings, process, mine, "values"),
            SHARE,
        ),
        _target(
            f"1 MB: {PACKED} is {TIMES:g} times as fast as {best}, the best that pickles",
            _ratio(hand_overs, best, PACKED, "hand_overs"),
            TIMES,
        ),
        (
            "two runs: no decided cell of the map has another winner",
            f"{len(found)} of {len(results.breakeven)}",
            "not met" if found else "met",
        ),
    ]
    return table(("target", "measured", "verdict"), lines, words=("verdict",))


def _megabyte(run: Run) -> Mapping[str, Series]:
    (cell,) = (cell for cell in run.hand_over if cell.payload == MEGABYTE)
    return cell.candidates


def _ratio(
    runs: Sequence[Mapping[str, Series]], above: str, below: str, key: str
) -> intervals.Interval:
    rounds = [[second for run in runs for second in run[name][key]] for name in (above, below)]
    return intervals.ratio(*rounds)


def _target(text: str, measured: intervals.Interval, wanted: float) -> tuple[str, str, str]:
    if measured.low >= wanted:
        verdict = "met"
    elif measured.high < wanted:
        verdict = "not met"
    else:
        verdict = f"not resolved: the median is {'above' if measured.median >= wanted else 'below'}"
    return text, times(measured), verdict


def repeat(results: Run, again: Run) -> str:
    """Compare the maps of two runs."""
    rows, decided = [], 0
    for one, other in zip(results.breakeven, again.breakeven, strict=True):
        pair = [breakeven.winner(cell.candidates) for cell in (one, other)]
        decided += any(won.decided for won in pair)
        rows.append((f"{one.slice_ms:g} ms, {size(one.payload)}", *map(_outcome, pair)))
    found = breakeven.disagreements(results.breakeven, again.breakeven)
    summary = (
        f"Of {len(rows)} cells, {decided} are decided by at least one run.\n"
        f"Of these, with another winner in the other run: {', '.join(found) or 'none'}.\n\n"
    )
    return summary + table(("cell", "first run", "second run"), rows, align="---")


def _outcome(won: breakeven.Winner) -> str:
    return f"{won.word}: {won.family} {times(won.advantage)}"


def profile(cells: Sequence[Cell]) -> str:
    """Show where the round trip of a slice spends its time, and what that costs."""
    sections = []
    for cell in cells:
        rounds = cell.candidates
        rows = {
            name: {part: median(seconds) for part, seconds in row.items()}
            for name, row in rounds.items()
        }
        lines = [
            (
                name,
                "" if name.startswith(INLINE) else f"{row['submit'] * US:.0f}",
                f"{row['there'] * US:.0f}",
                f"{row['slice'] * MS:.2f}",
                f"{row['back'] * US:.0f}",
                f"{row['busy'] * MS:.2f}",
                f"{row['gap'] * US:.0f}",
            )
            for name, row in rows.items()
        ]
        head = ("executor/form", "submit, µs", "until it begins, µs", "slice, ms", "back, µs")
        sections.append(f"Payload of {size(cell.payload)}:\n\n")
        sections.append(table((*head, "slice in a busy pool, ms", "gap to the next, µs"), lines))
        sections.append("\n")
        sections += [_cost(name, rounds) for name in rows if not name.startswith(INLINE)]
        sections.append("\n")
    return "".join(sections).rstrip() + "\n"


def _cost(name: str, rounds: Mapping[str, Series]) -> str:
    own = rounds["control"]["busy"]
    longer, gap = (intervals.ratio(rounds[name][part], own).median for part in ("busy", "gap"))
    return (
        f"- {name}: a slice takes {longer:.3f} times as long as in the control,"
        f" and the gap adds {gap:.1%} of it.\n"
    )
