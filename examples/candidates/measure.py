"""Measure what the decision table claims, and print it.

    python -m examples.candidates.measure run > examples/candidates/measured.json
    python -m examples.candidates.measure show examples/candidates/measured.json

These figures order the tools of a decision table. The harness of
`examples/interpreters` is the one that decides on adoption.
"""

import array
import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

from examples.candidates import figures, work
from examples.candidates.pools import POOLS, TOOLS

FLOATS = 100_000  # in the batch that is handed over: 0.8 MB packed
SLICES = 24
UNITS = 200  # of `work.spin` in a slice
WAITS = 200
WAIT = 0.05  # seconds of each wait
PRESSURE = 4_000  # units of `work.spin` that run beside the event loop
TITLES = {
    "start_up": "start-up, to the first result, ms",
    "per_call": "one call with an int, µs",
    "waits": f"{WAITS} waits of {WAIT} s side by side, in all, ms",
    "lag": "worst lag of the loop beside a slice, ms",
    "list": f"hand over {FLOATS:,} floats as a list, ms",
    "packed": "the same packed, ms",
    "speed_up_1": f"{SLICES} slices with 1 worker, times direct",
    "speed_up_2": "the same with 2 workers",
    "speed_up_4": "the same with 4 workers",
}


def best(action: Callable[[], object], repeats: int) -> float:
    """Return the fewest seconds that a call took: whatever disturbs it only adds to them."""
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return min(taken)


def start_up(tool: str) -> float:
    """Return the milliseconds from nothing to the first result."""
    if tool == "asyncio":
        return best(lambda: asyncio.run(as_task(work.echo, 1)), 9) * 1e3

    def first_result() -> None:
        with POOLS[tool](1) as pool:
            pool.submit(work.echo, 1).result()

    return best(first_result, 5) * 1e3


async def as_task(function: Callable[[Any], Any], value: Any) -> Any:
    """Run a function as a task of the loop."""

    async def call() -> Any:
        return function(value)

    return await asyncio.create_task(call())


def per_call(pool: Executor | None) -> float:
    """Return the microseconds of one call in a pool that is warm."""
    if pool is None:
        with asyncio.Runner() as runner:
            return best(lambda: runner.run(as_task(work.echo, 1)), 300) * 1e6
    return best(lambda: pool.submit(work.echo, 1).result(), 300) * 1e6


def waits(tool: str) -> float:
    """Return the milliseconds that many waits take side by side."""

    async def in_loop() -> None:
        await asyncio.gather(*(asyncio.sleep(WAIT) for _ in range(WAITS)))

    if tool == "asyncio":
        return best(lambda: asyncio.run(in_loop()), 3) * 1e3
    with ThreadPoolExecutor(32) as pool:
        return best(lambda: list(pool.map(work.wait, [WAIT] * WAITS)), 3) * 1e3


def speed_up(pool: Executor) -> float:
    """Return how many times faster than directly all slices ran in a pool that is warm."""
    work_list = [UNITS] * SLICES
    direct = best(lambda: [work.spin(units) for units in work_list], 4)
    return direct / best(lambda: list(pool.map(work.spin, work_list)), 4)


async def lag(pool: Executor | None) -> float:
    """Return the longest milliseconds that the loop was away while a slice ran."""
    loop = asyncio.get_running_loop()
    if pool is None:
        running = asyncio.create_task(as_task(work.spin, PRESSURE))
    else:
        running = asyncio.ensure_future(loop.run_in_executor(pool, work.spin, PRESSURE))
    worst, before = 0.0, time.perf_counter()
    while not running.done():
        await asyncio.sleep(0)
        now = time.perf_counter()
        worst, before = max(worst, now - before), now
    return worst * 1e3


def hand_over(pool: Executor, value: Any) -> float:
    """Return the milliseconds for a batch to get there and be added up."""
    return best(lambda: pool.submit(work.total, value).result(), 7) * 1e3


def measure() -> figures.Figures:
    """Measure every figure of the table."""
    floats = [float(number) for number in range(FLOATS)]
    packed = array.array("d", floats)
    found: figures.Figures = {metric: {} for metric in TITLES}
    for tool in TOOLS:
        found["start_up"][tool] = start_up(tool)
        with POOLS[tool](1) if tool in POOLS else contextlib.nullcontext() as pool:
            found["per_call"][tool] = per_call(pool)
            found["lag"][tool] = min(asyncio.run(lag(pool)) for _ in range(5))
            if pool is None:
                continue
            # A memoryview crosses to an interpreter without a copy; a process needs bytes.
            buffer = packed.tobytes() if tool == "process" else memoryview(packed)
            found["list"][tool] = hand_over(pool, floats)
            found["packed"][tool] = hand_over(pool, buffer)
        for workers in (1, 2, 4):
            with POOLS[tool](workers) as pool:
                list(pool.map(work.wait, [WAIT] * workers))  # every worker is up
                found[f"speed_up_{workers}"][tool] = speed_up(pool)
    found["waits"] = {tool: waits(tool) for tool in ("asyncio", "thread")}
    return found


if __name__ == "__main__":
    figures.main(measure, TITLES)
