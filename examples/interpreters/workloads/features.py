"""Generate features for offline training, and validate each row.

A row holds the features of one bar, made only from bars up to it: returns over
`LAGS` bars, mean and deviation of the last `WINDOW` returns, and volume relative
to its mean over the window. A row is valid when each feature is finite and in
`LIMITS`.
"""

import math
from array import array
from collections.abc import Sequence
from typing import NamedTuple

from examples.interpreters.workloads import slices
from examples.interpreters.workloads.market import Market

LAGS = (1, 5, 20)  # bars
WINDOW = 20  # bars
COLUMNS = len(LAGS) + 3
LIMITS = (-1.0, 10.0)  # returns are fractions, the volume ratio has no unit


class Features(NamedTuple):
    """The training set.

    Attributes:
        rows: row-major, `COLUMNS` doubles a row.
        valid: number of valid rows.
        rejected: number of rows left out.

    """

    rows: array[float]
    valid: int
    rejected: int


def prepare(market: Market) -> list[array[float]]:
    """Give one slice an instrument."""
    return slices.one_per_instrument(market)


def run_slice(values: Sequence[float]) -> bytes:
    """Give the rows of one instrument, packed; a row that is not valid is all NaN."""
    prices, volumes = slices.closes(values), slices.volumes(values)
    rows = array("d")
    for now in range(max(LAGS) + WINDOW, len(prices)):
        price = prices[now]
        lagged = [price / prices[now - lag] - 1.0 for lag in LAGS]
        window = [prices[i] / prices[i - 1] - 1.0 for i in range(now - WINDOW + 1, now + 1)]
        mean = sum(window) / WINDOW
        deviation = math.sqrt(sum((change - mean) ** 2 for change in window) / (WINDOW - 1))
        ratio = volumes[now] * WINDOW / sum(volumes[now - WINDOW : now])
        row = (*lagged, mean, deviation, ratio)
        valid = all(math.isfinite(one) and LIMITS[0] <= one <= LIMITS[1] for one in row)
        rows.extend(row if valid else (math.nan,) * COLUMNS)
    return rows.tobytes()


def combine(parts: Sequence[bytes]) -> Features:
    """Join the valid rows."""
    rows, rejected = array("d"), 0
    for part in parts:
        unpacked = array("d", part)
        for start in range(0, len(unpacked), COLUMNS):
            if math.isnan(unpacked[start]):
                rejected += 1
            else:
                rows.extend(unpacked[start : start + COLUMNS])
    return Features(rows, len(rows) // COLUMNS, rejected)
