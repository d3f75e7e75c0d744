"""The lag of an event loop that waits for slices."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from examples.interpreters.harness import executors, lag

SLICE = 0.05  # seconds


def test_a_slice_in_the_loop_delays_it_by_its_length() -> None:
    """While a direct slice runs, the loop serves nothing else."""
    pool = executors.DirectExecutor()

    assert lag.longest(lambda _: pool.submit(time.sleep, SLICE), 2, 1) >= SLICE - lag.TICK


def test_each_slice_is_started_once() -> None:
    """Two clients share the slices, and all have ended when the lag is known."""
    started: list[int] = []

    with ThreadPoolExecutor(2) as pool:

        def start(number: int) -> Future[None]:
            return pool.submit(started.append, number)

        assert lag.longest(start, 5, 2) >= 0.0
    assert sorted(started) == [0, 1, 2, 3, 4]
