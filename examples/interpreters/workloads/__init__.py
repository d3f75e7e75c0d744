"""Pure-Python calculations of a market service, each in a module of its own.

Each module is a `Workload`. None imports anything outside the standard library,
since most extension modules do not load in a subinterpreter.
"""

from array import array
from collections.abc import Sequence
from typing import Any, Protocol

from examples.interpreters.workloads import (
    backtest,
    features,
    kernel,
    scoring,
    signals,
    summary,
    transform,
)
from examples.interpreters.workloads.market import Market

# What a slice works on: prices, then as many volumes. A list, an array, or a
# memoryview cast to "d", depending on how it was handed over.
type Values = Sequence[float]

# What a slice gives back: only what crosses to another interpreter natively.
type Part = tuple[float, ...] | bytes


class Workload(Protocol):
    """A calculation that can be cut into independent slices."""

    def prepare(self, market: Market) -> list[array[float]]:
        """Cut the market into slices, one packed buffer of doubles each."""
        ...

    def run_slice(self, values: Values) -> Any:
        """Calculate one slice; the result is a `Part`."""
        ...

    def combine(self, parts: Sequence[Any]) -> Any:
        """Make the result of the whole from the parts, in the order of the slices."""
        ...


CANDIDATES: dict[str, Workload] = {
    "scoring": scoring,
    "signals": signals,
    "transform": transform,
    "summary": summary,
    "features": features,
    "backtest": backtest,
}

WORKLOADS: dict[str, Workload] = CANDIDATES | {"kernel": kernel}
