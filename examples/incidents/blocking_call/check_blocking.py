"""A test that would have found the blocking client: blockbuster guards the event loop."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import redis.asyncio
from blockbuster import blockbuster_ctx

from examples import lab
from examples.incidents.blocking_call import repro


def blocking_client(url: str) -> redis.Redis:
    """Give a client that is connected, so that the call under test is the first to block."""
    client = redis.Redis.from_url(url)
    client.ping()
    return client


# --8<-- [start:check]
@pytest.mark.parametrize("handler", [repro.next_alert, repro.next_alert_async])
def test_handler_does_not_block(
    handler: Callable[[], Awaitable[dict[str, repro.Alert]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The handler gets its alert without a blocking call on the event loop."""

    async def scenario() -> None:
        async with lab.redis() as url, redis.asyncio.Redis.from_url(url) as client:
            monkeypatch.setattr(repro, "async_client", client)
            monkeypatch.setattr(repro, "blocking_client", blocking_client(url))
            await client.rpush("alerts", "ACME fell by 3 %")
            with blockbuster_ctx():
                await handler()

    asyncio.run(scenario())


# --8<-- [end:check]
