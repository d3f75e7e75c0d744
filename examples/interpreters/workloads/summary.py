"""Summarise a portfolio that holds one unit of each instrument.

For each instrument: total return, volatility a year, largest drawdown, average
price weighted by volume. For the whole: value, Herfindahl index of the weights
(the sum of squared weights, 1/n when all are equal), the worst instrument.
"""

import math
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from examples.interpreters.workloads import slices
from examples.interpreters.workloads.market import Market

BARS_A_YEAR = 252.0


class Portfolio(NamedTuple):
    """The whole.

    Attributes:
        value: in the currency of account.
        concentration: Herfindahl index of the weights, in (0, 1].
        total_return: weighted by value, a fraction.
        volatility: mean of the instruments, a fraction a year.
        deepest: largest drawdown of any instrument, a fraction.
        deepest_at: its place in the market.

    """

    value: float
    concentration: float
    total_return: float
    volatility: float
    deepest: float
    deepest_at: int


def prepare(market: Market) -> list[array[float]]:
    """Give one slice an instrument."""
    return slices.one_per_instrument(market)


def run_slice(values: Sequence[float]) -> tuple[float, ...]:
    """Give last price, total return, volatility, largest drawdown, volume-weighted price."""
    prices, volumes = slices.closes(values), slices.volumes(values)
    peak, deepest, mean, spread, traded, turnover = prices[0], 0.0, 0.0, 0.0, 0.0, 0.0
    previous = prices[0]
    for count, (price, volume) in enumerate(zip(prices, volumes, strict=True)):
        peak = max(peak, price)
        deepest = max(deepest, 1.0 - price / peak)
        if count:
            # Welford's update of mean and squared deviations.
            change = price / previous - 1.0
            delta = change - mean
            mean += delta / count
            spread += delta * (change - mean)
        previous = price
        traded += volume
        turnover += price * volume
    volatility = math.sqrt(spread / (len(prices) - 2) * BARS_A_YEAR)
    return (previous, previous / prices[0] - 1.0, volatility, deepest, turnover / traded)


def combine(parts: Sequence[tuple[float, ...]]) -> Portfolio:
    """Weigh the instruments by their value."""
    value = sum(part[0] for part in parts)
    weights = [part[0] / value for part in parts]
    drawdowns = [part[3] for part in parts]
    return Portfolio(
        value=value,
        concentration=sum(weight * weight for weight in weights),
        total_return=sum(w * part[1] for w, part in zip(weights, parts, strict=True)),
        volatility=sum(part[2] for part in parts) / len(parts),
        deepest=max(drawdowns),
        deepest_at=drawdowns.index(max(drawdowns)),
    )
