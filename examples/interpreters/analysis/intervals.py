"""Statistics that assume no distribution of the samples."""

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

COVERAGE = 0.95


class Interval(NamedTuple):
    """A median and how well it is known.

    Attributes:
        median: of the samples.
        low: lower end of the interval.
        high: upper end.
        coverage: probability that the interval holds the median of the distribution.

    """

    median: float
    low: float
    high: float
    coverage: float

    @property
    def spread(self) -> float:
        """Half the width of the interval relative to the median."""
        return (self.high - self.low) / (2.0 * self.median)


def interval(samples: Sequence[float]) -> Interval:
    """Give the median and the narrowest interval of order statistics with 95 % coverage.

    The number of samples below the true median is binomial with p = 1/2, whatever
    the distribution (David and Nagaraja, Order Statistics, section 7.1). With less
    than six samples no interval reaches 95 %, and the whole range is given.

    Raises:
        ValueError: without samples.

    """
    if not samples:
        raise ValueError("no samples")
    ordered = sorted(samples)
    size = len(ordered)
    best = (ordered[0], ordered[-1], _covered(size, 0))
    for cut in range(1, (size + 1) // 2):
        if (coverage := _covered(size, cut)) < COVERAGE:
            break
        best = (ordered[cut], ordered[-1 - cut], coverage)
    return Interval(statistics.median(ordered), *best)


def _covered(size: int, cut: int) -> float:
    return 1.0 - 2.0 * sum(math.comb(size, below) for below in range(cut + 1)) / 2.0**size


def ratio(numerators: Sequence[float], denominators: Sequence[float]) -> Interval:
    """Give the interval of the ratio of two measures taken in the same rounds.

    What disturbs a round, such as a busy neighbour, mostly hits both, so the
    ratios spread less than the times.
    """
    return interval([a / b for a, b in zip(numerators, denominators, strict=True)])


def percentile(samples: Sequence[float], percent: float) -> float:
    """Give the smallest sample that at least `percent` % of the samples do not exceed."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(percent / 100.0 * len(ordered)) - 1)]
