"""Memory and CPU of a whole process tree, and statistics that assume no distribution.

RSS counts a page that ten processes share ten times, so PSS and USS are taken.
`resource.getrusage` sees no worker of a process pool before it is reaped, and
those of a fork server never, so the times come from the processes themselves.
"""

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple

import psutil

COVERAGE = 0.95


class Memory(NamedTuple):
    """Memory of a process tree in bytes.

    Attributes:
        pss: proportional set size: shared pages are split among their users.
        uss: unique set size: what would be freed if the tree ended.
        rss: resident set size: shared pages count for each process.

    """

    pss: int
    uss: int
    rss: int


class Cpu(NamedTuple):
    """CPU seconds of all threads of all live processes of a tree.

    Attributes:
        user: in user mode.
        system: in the kernel.

    """

    user: float
    system: float


type Tree = list[psutil.Process]


def tree() -> Tree:
    """Give this process and all its descendants."""
    root = psutil.Process()
    return [root, *root.children(recursive=True)]


def memory(processes: Tree) -> Memory:
    """Add up the memory of a process tree."""
    rows = [one.memory_full_info() for one in processes]
    return Memory(*(sum(getattr(row, name) for row in rows) for name in Memory._fields))


def cpu(processes: Tree) -> Cpu:
    """Add up the CPU times of a process tree."""
    rows = [one.cpu_times() for one in processes]
    return Cpu(sum(row.user for row in rows), sum(row.system for row in rows))


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
