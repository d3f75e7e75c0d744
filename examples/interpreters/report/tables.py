"""Markdown tables, and how numbers are written in them."""

from collections.abc import Collection, Iterable, Sequence

from examples.interpreters.analysis import intervals

type Cells = Iterable[Sequence[object]]

MS, US = 1e3, 1e6


def table(
    head: Sequence[str], rows: Cells, align: str = "---:", words: Collection[str] = ()
) -> str:
    """Write a Markdown table.

    Args:
        head: of each column.
        rows: cells.
        align: of all columns but the first, which are numbers unless it says otherwise.
        words: columns that hold words among those that hold numbers.

    """
    aligned = ["---" if name in words else align for name in head[1:]]
    lines = [head, ["---", *aligned], *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def size(payload: float) -> str:
    """Write a number of bytes, to a tenth of its unit."""
    value, unit = (payload / 1e6, "MB") if payload >= 1e6 else (payload / 1e3, "kB")
    return f"{round(value, 1):g} {unit}"


def median(samples: Sequence[float]) -> float:
    """Give the median."""
    return intervals.interval(samples).median


def times(interval: intervals.Interval) -> str:
    """Write a ratio with its interval."""
    return f"{interval.median:.2f} ({interval.low:.2f} to {interval.high:.2f})"


def below(interval: intervals.Interval, digits: int = 2) -> str:
    """Write a value with its interval below it, for a table with many columns."""
    low, high = (f"{end:.{digits}f}" for end in (interval.low, interval.high))
    return f"{interval.median:.{digits}f} <small>({low} to {high})</small>"
