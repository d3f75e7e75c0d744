"""A test that would have found the scheduler: slow refreshes must not pile up."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from examples import lab
from examples.incidents.background_orchestration import repro


# --8<-- [start:check]
@pytest.mark.parametrize("scheduler", [repro.schedule, repro.schedule_after_the_last])
def test_slow_refreshes_do_not_pile_up(
    scheduler: Callable[[], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """While no refresh ends, no second one is started for a symbol."""

    async def scenario() -> None:
        async with lab.SilentDownstream() as prices:
            monkeypatch.setattr(repro, "PRICES", ("127.0.0.1", prices.port))
            monkeypatch.setattr(repro, "PERIOD", 0.01)
            running = asyncio.ensure_future(scheduler())
            await prices.received(len(repro.SYMBOLS))
            # Room for ten more rounds, by the scheduler's own clock.
            await asyncio.sleep(0.1)
            count = len(repro.pending())
            running.cancel()
        await asyncio.gather(running, *repro.pending(), return_exceptions=True)
        assert count == len(repro.SYMBOLS)

    asyncio.run(scenario())


# --8<-- [end:check]
