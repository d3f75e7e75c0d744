"""A test that would have found the leak: after a request no connection is checked out."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from fastapi import HTTPException

from examples import lab
from examples.incidents.db_pool_empty import repro


# --8<-- [start:check]
@pytest.mark.parametrize("handler", [repro.value_and_close, repro.value])
def test_connection_comes_back(
    handler: Callable[[str], Awaitable[dict[str, float]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that runs into its deadline gives its connection back."""
    service = repro.service(handler)

    async def scenario() -> int:
        async with service.router.lifespan_context(service), lab.SilentDownstream() as prices:
            monkeypatch.setattr(repro, "PRICES", ("127.0.0.1", prices.port))
            with pytest.raises(HTTPException, match="504"):
                await handler("ACME")
            return repro.connections_out()

    leaked = asyncio.run(scenario())
    assert leaked == 0


# --8<-- [end:check]
