"""Score trading hypotheses on every instrument, then rank them: the lead example.

A hypothesis says: after `lookback` bars of rising prices the next `horizon` bars
rise too (`side` +1, momentum) or fall (`side` -1, reversal), and the mirror
image after falling prices. It is tested on bars t = lookback, lookback + horizon,
..., so that the trades do not overlap. The outcome of one trade is

    x = side * sign(p[t] / p[t - lookback] - 1) * (p[t + horizon] / p[t] - 1) - COST

as a fraction of the money at stake, and the score is Student's t of the mean
outcome over all n trades of all instruments (Student 1908):

    t = mean(x) / (stdev(x) / sqrt(n))

The grid of lookbacks and horizons follows Jegadeesh and Titman (1993). A score
counts as a finding from t > 3.0 on, since many hypotheses are tried on the same
data (Harvey, Liu and Zhu 2016).
"""

import math
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from examples.interpreters.workloads import slices
from examples.interpreters.workloads.market import Market

# Fraction of the money at stake that opening and closing a position costs.
COST = 0.0002
FINDING = 3.0


class Hypothesis(NamedTuple):
    """What is claimed.

    Attributes:
        lookback: bars that are looked back.
        horizon: bars that a position is held.
        side: +1 for momentum, -1 for reversal.

    """

    lookback: int
    horizon: int
    side: int


class Ranked(NamedTuple):
    """A scored hypothesis.

    Attributes:
        hypothesis: what was tested.
        trades: number of trades n.
        mean: mean outcome of a trade, a fraction of the money at stake.
        score: Student's t, no unit.

    """

    hypothesis: Hypothesis
    trades: int
    mean: float
    score: float

    @property
    def is_finding(self) -> bool:
        """Tell whether the score stands after trying many hypotheses."""
        return self.score > FINDING


HYPOTHESES = tuple(
    Hypothesis(lookback, horizon, side)
    for lookback in (5, 10, 20, 40)
    for horizon in (1, 5, 10)
    for side in (1, -1)
)


def prepare(market: Market) -> list[array[float]]:
    """Give one slice an instrument."""
    return slices.one_per_instrument(market)


def run_slice(values: Sequence[float]) -> tuple[float, ...]:
    """Give n, sum of x and sum of x squared for each hypothesis, one after another."""
    prices = slices.closes(values)
    sums: list[float] = []
    for lookback, horizon, side in HYPOTHESES:
        count, total, squares = 0, 0.0, 0.0
        for now in range(lookback, len(prices) - horizon, horizon):
            price = prices[now]
            trend = side if price >= prices[now - lookback] else -side
            outcome = trend * (prices[now + horizon] / price - 1.0) - COST
            count += 1
            total += outcome
            squares += outcome * outcome
        sums += (count, total, squares)
    return tuple(sums)


def combine(parts: Sequence[tuple[float, ...]]) -> list[Ranked]:
    """Rank the hypotheses by score, best first; equal scores by the hypothesis itself."""
    sums = [sum(column) for column in zip(*parts, strict=True)]
    ranked = []
    for hypothesis, n, total, squares in zip(
        HYPOTHESES, sums[::3], sums[1::3], sums[2::3], strict=True
    ):
        mean = total / n
        deviation = math.sqrt((squares - n * mean * mean) / (n - 1))
        ranked.append(Ranked(hypothesis, int(n), mean, mean / (deviation / math.sqrt(n))))
    return sorted(ranked, key=lambda one: (-one.score, one.hypothesis))
