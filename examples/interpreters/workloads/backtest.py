"""Back-test a crossing of two simple averages on each instrument, long or flat.

The position of a bar follows the averages of the bar before it, so no trade
knows its own bar. Each change of position costs `COST`. The Sharpe ratio (Sharpe
1994) is taken over bars and scaled to a year.
"""

import math
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from examples.interpreters.workloads import slices
from examples.interpreters.workloads.market import Market

PAIRS = ((5, 20), (10, 50), (20, 100))  # bars of the fast and the slow average
COST = 0.0005  # fraction of the money at stake, each change of position
BARS_A_YEAR = 252.0


class Tested(NamedTuple):
    """One pair of averages over all instruments.

    Attributes:
        fast: bars of the fast average.
        slow: bars of the slow average.
        wealth: mean final wealth, for 1 at the start.
        trades: changes of position.
        deepest: largest drawdown of any instrument, a fraction.
        sharpe: mean Sharpe ratio a year, no unit.

    """

    fast: int
    slow: int
    wealth: float
    trades: int
    deepest: float
    sharpe: float


def prepare(market: Market) -> list[array[float]]:
    """Give one slice an instrument."""
    return slices.one_per_instrument(market)


def run_slice(values: Sequence[float]) -> tuple[float, ...]:
    """Give wealth, trades, largest drawdown and Sharpe ratio for each pair, one after another."""
    prices = slices.closes(values)
    outcome: list[float] = []
    for fast, slow in PAIRS:
        near, far = sum(prices[slow - fast : slow]), sum(prices[:slow])
        wealth = peak = 1.0
        trades, held, deepest, total, squares = 0, 0, 0.0, 0.0, 0.0
        for now in range(slow, len(prices)):
            wanted = 1 if near / fast > far / slow else 0
            change = held * (prices[now] / prices[now - 1] - 1.0)
            if wanted != held:
                trades += 1
                change -= COST
                held = wanted
            wealth *= 1.0 + change
            peak = max(peak, wealth)
            deepest = max(deepest, 1.0 - wealth / peak)
            total += change
            squares += change * change
            near += prices[now] - prices[now - fast]
            far += prices[now] - prices[now - slow]
        bars = len(prices) - slow
        mean = total / bars
        deviation = math.sqrt(max(squares / bars - mean * mean, 1e-18))
        outcome += (wealth, trades, deepest, mean / deviation * math.sqrt(BARS_A_YEAR))
    return tuple(outcome)


def combine(parts: Sequence[tuple[float, ...]]) -> list[Tested]:
    """Average over the instruments, for each pair."""
    results = []
    for place, (fast, slow) in enumerate(PAIRS):
        wealth, trades, deepest, sharpe = zip(
            *(part[4 * place : 4 * place + 4] for part in parts), strict=True
        )
        results.append(
            Tested(
                fast,
                slow,
                sum(wealth) / len(parts),
                int(sum(trades)),
                max(deepest),
                sum(sharpe) / len(parts),
            )
        )
    return results
