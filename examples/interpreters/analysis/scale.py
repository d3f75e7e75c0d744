"""How an executor should scale, from what its calls were measured to cost: a prediction.

One caller sends calls to `workers` workers. Each call takes the caller a serial
time, and its worker the slices and a gap until the next call begins. Either the
workers or the caller are the bottleneck. The model knows nothing of caches,
memory bandwidth, clock frequency, or of a second caller.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """What a call costs besides its slices, in seconds.

    Attributes:
        submit: of the caller, until the call is on its way.
        there: from the start of the call until its first slice begins.
        back: from the end of its last slice until the caller has the result.
        gap: of a busy worker, between two calls.

    """

    submit: float
    there: float
    back: float
    gap: float


def wall(costs: Costs, slice_seconds: float, slices: int, workers: int, chunk: int = 1) -> float:
    """Predict the seconds of a batch.

    Args:
        costs: of a call.
        slice_seconds: of a slice, in a process that does nothing else.
        slices: in the batch.
        workers: that share it, each on a CPU of its own.
        chunk: slices in a call.

    """
    calls = math.ceil(slices / chunk)
    busy = math.ceil(calls / workers) * (chunk * slice_seconds + costs.gap)
    # The last call of a worker leaves no gap.
    return max(busy - costs.gap, calls * costs.submit) + costs.there + costs.back


def share(costs: Costs, slice_seconds: float, slices: int, workers: int, chunk: int = 1) -> float:
    """Predict the share of the throughput that workers would have without any hand-over."""
    ideal = slices * slice_seconds / workers
    return ideal / wall(costs, slice_seconds, slices, workers, chunk)


def ceiling(costs: Costs, slice_seconds: float, chunk: int = 1) -> tuple[float, float]:
    """Predict how many workers one caller can keep busy, at least and at most.

    At most, only sending a call is serial. At least, taking its result back is
    serial too: that time holds wake-ups in which the caller could do other things.
    """
    call = chunk * slice_seconds + costs.gap
    return call / (costs.submit + costs.back), call / costs.submit
