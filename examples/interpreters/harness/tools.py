"""What the decision table says of the four tools, beside what the gate judges.

These figures order the tools by far more than noise, so each is measured once.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from examples.interpreters.harness.experiments import Experiment, Scale, ceiling_cell
from examples.interpreters.harness.pools import Candidate
from examples.interpreters.harness.progress import Progress

WAITS, WAIT = 200, 0.05  # how many, and the seconds of each
THREADS = 32
COMPUTING = [
    Candidate("direct", "memoryview"),
    Candidate("thread", "memoryview"),
    Candidate("forkserver", "packed"),
    Candidate("interpreter", "packed"),
]


def waits(scale: Scale, _: int, progress: Progress) -> Experiment:
    """Measure many waits side by side, in an event loop and in threads."""
    progress(f"{WAITS} waits")

    async def in_loop() -> None:
        await asyncio.gather(*(asyncio.sleep(WAIT) for _ in range(WAITS)))

    with ThreadPoolExecutor(THREADS) as pool:
        ways: dict[str, Callable[[], object]] = {
            "asyncio": lambda: asyncio.run(in_loop()),
            "thread": lambda: list(pool.map(time.sleep, [WAIT] * WAITS)),
        }
        rows: dict[str, list[float]] = {name: [] for name in ways}
        for _round in range(scale.few):
            for name, way in ways.items():
                start = time.perf_counter()
                way()
                rows[name].append(time.perf_counter() - start)
    return {"waits": WAITS, "wait": WAIT, "threads": THREADS, "rows": rows}


def more_workers(scale: Scale, workers: int, progress: Progress) -> Experiment:
    """Compare as many workers as there are CPUs with twice as many, on slices of 10 ms."""
    cells = [
        ceiling_cell(scale.ceiling_slices // 4 or 1, count, COMPUTING, scale.few, progress)
        for count in (workers, 2 * workers)
    ]
    return {"slice_ms": 10, "cells": cells}


def requests_of_a_service(scale: Scale, _: int, progress: Progress) -> Experiment:
    """Measure requests to a service, alone and while a batch shares the pool."""
    from examples.interpreters.harness import requests  # noqa: PLC0415 # it loads a whole service

    progress("requests")
    count = max(3, scale.requests // 20)
    return {"requests": count, "rows": asyncio.run(requests.measure(count))}


TOOLS: dict[str, Callable[[Scale, int, Progress], Experiment]] = {
    "waits": waits,
    "more_workers": more_workers,
    "requests": requests_of_a_service,
}
