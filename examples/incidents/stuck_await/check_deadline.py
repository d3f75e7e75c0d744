"""A test that would have found the missing deadline: the downstream stays silent."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from fastapi import HTTPException

from examples import lab
from examples.incidents.stuck_await import repro


# --8<-- [start:check]
@pytest.mark.parametrize("handler", [repro.quote, repro.quote_with_deadline])
def test_handler_gives_up(
    handler: Callable[[str], Awaitable[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handler answers 504 within five seconds when the price service does not answer."""

    async def scenario() -> None:
        async with lab.SilentDownstream() as prices, asyncio.timeout(5):
            monkeypatch.setattr(repro, "PRICES", ("127.0.0.1", prices.port))
            await handler("ACME")

    with pytest.raises(HTTPException, match="504"):
        asyncio.run(scenario())


# --8<-- [end:check]
