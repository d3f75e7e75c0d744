"""Markdown tables, and how numbers are written in them."""

from collections.abc import Iterable, Sequence
from typing import Any

from examples.interpreters.analysis import intervals

type Results = dict[str, Any]
type Cells = Iterable[Sequence[object]]

MS, US = 1e3, 1e6


def table(head: Sequence[str], rows: Cells, align: str = "---:") -> str:
    """Write a Markdown table; all columns but the first are numbers, unless `align` says."""
    lines = [head, ["---", *[align] * (len(head) - 1)], *rows]
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
