"""A deterministic market: the same seed gives the same prices on every machine."""

import random
from array import array
from dataclasses import dataclass

START_PRICE = 100.0
DAILY_VOLATILITY = 0.012
# Yesterday's return carries over a little, so that a trend hypothesis has something to find.
CARRY = 0.08
MEAN_VOLUME = 1_000_000.0


@dataclass(frozen=True, slots=True)
class Instrument:
    """One traded instrument.

    Attributes:
        symbol: its name.
        closes: closing prices, one a bar, in the currency of account.
        volumes: units traded, one a bar.

    """

    symbol: str
    closes: array[float]
    volumes: array[float]


type Market = tuple[Instrument, ...]


def generate(seed: int, instruments: int, bars: int) -> Market:
    """Make a market of `instruments` price histories of `bars` bars each.

    Returns follow r[t] = CARRY * r[t-1] + DAILY_VOLATILITY * z, and the price
    is multiplied by 1 + r[t]. z is the sum of twelve uniform numbers less six
    (Irwin-Hall), which is near normal, bounded, and needs no libm function, so
    that the bits are the same on every platform.

    Args:
        seed: seeds Python's Mersenne Twister.
        instruments: how many.
        bars: length of each history.

    Raises:
        ValueError: when there would be no instrument or no bar.

    """
    if instruments < 1 or bars < 1:
        raise ValueError(f"no market of {instruments} instruments and {bars} bars")
    uniform = random.Random(seed).random  # noqa: S311 # reproducible data, no secret
    market = []
    for number in range(instruments):
        closes, volumes = array("d"), array("d")
        price, change = START_PRICE, 0.0
        for _ in range(bars):
            shock = sum(uniform() for _ in range(12)) - 6.0
            change = CARRY * change + DAILY_VOLATILITY * shock
            price *= 1.0 + change
            closes.append(price)
            volumes.append(MEAN_VOLUME * (0.5 + uniform()) * (1.0 + abs(shock)))
        market.append(Instrument(f"IRIS{number:03d}", closes, volumes))
    return tuple(market)
