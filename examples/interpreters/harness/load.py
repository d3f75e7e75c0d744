"""What a host runs: slices of the kernel, of a workload, or of a function that is not ours."""

import contextlib
import functools
import pickle
from typing import Any

from examples.interpreters.harness import handover, worker
from examples.interpreters.workloads import WORKLOADS, kernel, market


def is_foreign(workload: str) -> bool:
    """Tell a function named ``package.module:name`` from a workload of this project."""
    return ":" in workload


def payload(one: Any) -> int:
    """Give the bytes of a slice: of its buffer, else pickled; 0 when it cannot be."""
    with contextlib.suppress(TypeError), memoryview(one) as view:
        return view.nbytes
    with contextlib.suppress(TypeError, AttributeError, pickle.PicklingError):
        return len(pickle.dumps(one, handover.PICKLE_PROTOCOL))
    return 0


def make(workload: str, **size: Any) -> list[Any]:
    """Make the slices of a workload.

    Args:
        workload: a name in `WORKLOADS`, or a function named ``package.module:name``.
        size: as for `Host.load`.

    """
    if is_foreign(workload):
        return list(worker.resolve(size["make"])())[: size["most"] or None]
    if workload == "kernel":
        return [kernel.slice_of(size["steps"], size["payload"]) for _ in range(size["slices"])]
    data = _market(size["seed"], size["instruments"], size["bars"])
    return WORKLOADS[workload].prepare(data)


# Every workload runs on the same market, which takes longer to make than to calculate on.
_market = functools.cache(market.generate)
