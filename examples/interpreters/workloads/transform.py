"""Turn the returns of each instrument into rolling z-scores with the tails cut.

z[t] = (r[t] - mean) / stdev over the last `WINDOW` returns, cut to plus and minus
`CUT`. The running sums are kept in one pass. The result of a slice is as long as
its input, so this workload also pays for the way back.
"""

import itertools
import math
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from examples.interpreters.workloads import slices
from examples.interpreters.workloads.market import Market

WINDOW = 60  # bars
CUT = 3.0  # standard deviations


class Transformed(NamedTuple):
    """All series.

    Attributes:
        series: z-scores, one array an instrument, no unit.
        cut: how many values lay beyond the cut.

    """

    series: tuple[array[float], ...]
    cut: int


def prepare(market: Market) -> list[array[float]]:
    """Give one slice an instrument."""
    return slices.one_per_instrument(market)


def run_slice(values: Sequence[float]) -> bytes:
    """Give the z-scores from bar `WINDOW` on, packed as doubles."""
    prices = slices.closes(values)
    returns = [later / earlier - 1.0 for earlier, later in itertools.pairwise(prices)]
    total = sum(returns[:WINDOW])
    squares = sum(change * change for change in returns[:WINDOW])
    scores = array("d")
    for now in range(WINDOW, len(returns)):
        fresh, old = returns[now], returns[now - WINDOW]
        total += fresh - old
        squares += fresh * fresh - old * old
        mean = total / WINDOW
        deviation = math.sqrt(max(squares / WINDOW - mean * mean, 1e-18))
        scores.append(min(max((fresh - mean) / deviation, -CUT), CUT))
    return scores.tobytes()


def combine(parts: Sequence[bytes]) -> Transformed:
    """Unpack the series and count the values at the cut."""
    series = tuple(array("d", part) for part in parts)
    return Transformed(series, sum(abs(score) >= CUT for one in series for score in one))
