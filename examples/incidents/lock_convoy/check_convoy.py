"""A test that would have found the convoy: one slow symbol, and a question for another."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from examples import lab
from examples.incidents.lock_convoy import repro


# --8<-- [start:check]
@pytest.mark.parametrize("handler", [repro.quote, repro.quote_without_convoy])
def test_cached_price_does_not_wait(
    handler: Callable[[str], Awaitable[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cached price comes while another symbol waits for the price service."""

    async def scenario() -> None:
        async with lab.SilentDownstream() as prices:
            monkeypatch.setattr(repro, "PRICES", ("127.0.0.1", prices.port))
            slow = asyncio.ensure_future(handler("SLOW"))
            await prices.received(1)
            try:
                async with asyncio.timeout(5):
                    await handler("ACME")
            finally:
                slow.cancel()

    asyncio.run(scenario())


# --8<-- [end:check]
