"""Aggregate three signals of each instrument into one vote between -1 and +1.

The signals are a crossing of two exponential averages, Wilder's relative
strength index (Wilder 1978), and a break-out of the range of the last bars
(Donchian). The vote is their weighted sum; older votes fade with a half-life.
"""

from array import array
from collections.abc import Sequence
from typing import NamedTuple

from examples.interpreters.workloads import slices
from examples.interpreters.workloads.market import Market

FAST, SLOW = 12, 26  # bars, the usual pair of a moving average convergence divergence
RSI_BARS, OVERSOLD, OVERBOUGHT = 14, 30.0, 70.0
RANGE_BARS = 20
WEIGHTS = (0.5, 0.2, 0.3)  # crossing, strength, break-out; they sum to 1
HALF_LIFE = 10.0  # bars


class Votes(NamedTuple):
    """The market as a whole.

    Attributes:
        votes: one an instrument, in the order of the slices, each in [-1, 1].
        breadth: fraction of the instruments with a positive vote.

    """

    votes: tuple[float, ...]
    breadth: float


def prepare(market: Market) -> list[array[float]]:
    """Give one slice an instrument."""
    return slices.one_per_instrument(market)


def run_slice(values: Sequence[float]) -> tuple[float, ...]:
    """Give the faded vote at the last bar."""
    prices = slices.closes(values)
    fast = slow = previous = prices[0]
    gain = loss = vote = 0.0
    keep = 0.5 ** (1.0 / HALF_LIFE)
    for now, price in enumerate(prices):
        fast += (price - fast) * 2.0 / (FAST + 1)
        slow += (price - slow) * 2.0 / (SLOW + 1)
        change = price - previous
        gain += (max(change, 0.0) - gain) / RSI_BARS
        loss += (max(-change, 0.0) - loss) / RSI_BARS
        strength = 100.0 * gain / (gain + loss) if gain + loss else 50.0
        window = prices[max(0, now - RANGE_BARS) : now] or [price]
        signals = (
            1.0 if fast > slow else -1.0,
            1.0 if strength < OVERSOLD else -1.0 if strength > OVERBOUGHT else 0.0,
            1.0 if price > max(window) else -1.0 if price < min(window) else 0.0,
        )
        fresh = sum(weight * signal for weight, signal in zip(WEIGHTS, signals, strict=True))
        vote = keep * vote + (1.0 - keep) * fresh
        previous = price
    return (vote,)


def combine(parts: Sequence[tuple[float, ...]]) -> Votes:
    """Collect the votes and count how many are positive."""
    votes = tuple(vote for (vote,) in parts)
    return Votes(votes, sum(vote > 0.0 for vote in votes) / len(votes))
