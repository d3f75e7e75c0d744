"""The form of a slice that all workloads of one instrument share."""

from array import array
from collections.abc import Sequence

from examples.interpreters.workloads.market import Market


def one_per_instrument(market: Market) -> list[array[float]]:
    """Pack each instrument into one buffer: its closes, then its volumes."""
    return [instrument.closes + instrument.volumes for instrument in market]


def closes(values: Sequence[float]) -> list[float]:
    """Give the closing prices of a slice as a list, which is the fastest to walk many times."""
    return list(values[: len(values) // 2])


def volumes(values: Sequence[float]) -> list[float]:
    """Give the volumes of a slice as a list."""
    return list(values[len(values) // 2 :])
