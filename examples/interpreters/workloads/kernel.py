"""A slice whose length and payload can be set apart from each other.

It stands for no calculation of the service. The sweeps of the harness use it.
"""

import functools
import math
from array import array
from collections.abc import Sequence

from examples.interpreters.workloads.market import Market

STRIDE = 7919  # a prime, so that the walk does not stay in one corner of the payload


def prices(payload: int) -> array[float]:
    """Make the payload of every measurement: about `payload` bytes of doubles.

    They have all their digits, as prices do. Zeros would be shorter as text and as
    a pickle, and so flatter each form that sends objects.
    """
    return array("d", _prices(payload // 8))


@functools.cache
def _prices(count: int) -> bytes:
    return array("d", [100.0 + number / 7.0 for number in range(count)]).tobytes()


def slice_of(steps: int, payload: int) -> array[float]:
    """Make a slice of `steps` steps and about `payload` bytes.

    Raises:
        ValueError: when the payload is under 16 bytes.

    """
    if payload < 16:
        raise ValueError(f"a payload of {payload} bytes holds no slice")
    values = prices(payload)
    values[0] = steps
    return values


def prepare(market: Market) -> list[array[float]]:
    """Make one slice an instrument, of a step for each bar."""
    return [slice_of(len(one.closes), 8 * len(one.closes)) for one in market]


def run_slice(values: Sequence[float]) -> tuple[float, ...]:
    """Walk over the payload for as many steps as its first value says."""
    total, place, size = 0.0, 1, len(values)
    for _ in range(int(values[0])):
        total += values[place] * 0.5
        place = (place + STRIDE) % size
    return (total,)


def combine(parts: Sequence[tuple[float, ...]]) -> float:
    """Add the parts."""
    return math.fsum(part for (part,) in parts)
