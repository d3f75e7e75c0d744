"""How late an event loop wakes while slices run in it, or beside it in an executor."""

import asyncio
import selectors
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

TICK = 0.0005  # seconds


def longest(submit: Callable[[int], Future[Any]], count: int, clients: int) -> float:
    """Give the longest lag of a ticker in the loop, seconds.

    Args:
        submit: starts a slice by its number; one of the direct run is done when it returns,
            and so has run in the loop.
        count: slices.
        clients: that wait for one slice each and then start the next.

    """
    return asyncio.run(_longest(submit, count, clients), loop_factory=_exact_loop)


def _exact_loop() -> asyncio.AbstractEventLoop:
    """Make a loop with exact timers: those of epoll are up to a millisecond late by themselves."""
    return asyncio.SelectorEventLoop(selectors.SelectSelector())


async def _longest(submit: Callable[[int], Future[Any]], count: int, clients: int) -> float:
    loop, lags, numbers = asyncio.get_running_loop(), [0.0], iter(range(count))

    async def tick() -> None:
        while True:
            due = loop.time() + TICK
            await asyncio.sleep(TICK)
            lags.append(loop.time() - due)

    async def client() -> None:
        for number in numbers:
            await asyncio.wrap_future(submit(number))
            # The loop serves whatever is due before the next slice.
            await asyncio.sleep(TICK)

    ticker = asyncio.create_task(tick(), name="tick")
    await asyncio.gather(*(client() for _ in range(clients)))
    ticker.cancel()
    return max(lags)
