"""A test that would have found the shared threads: one endpoint must not starve another."""

import asyncio
from collections.abc import Callable

import httpx
import pytest
from anyio import to_thread
from fastapi import FastAPI

from examples import lab
from examples.incidents.thread_pool_full import repro


# --8<-- [start:check]
@pytest.mark.parametrize("factory", [repro.faulty, repro.fixed])
def test_slow_reports_do_not_stop_orders(
    factory: Callable[[], FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Orders are served while as many reports wait as the pool has threads."""

    async def scenario() -> None:
        to_thread.current_default_thread_limiter().total_tokens = 2
        service = httpx.ASGITransport(factory())
        async with (
            httpx.AsyncClient(transport=service, base_url="http://test") as client,
            asyncio.TaskGroup() as clients,
            lab.SilentDownstream() as reports,
        ):
            monkeypatch.setattr(repro, "REPORTS", ("127.0.0.1", reports.port))
            for name in ("A", "B"):
                clients.create_task(client.get(f"/reports/{name}"))
            await reports.received(2)
            async with asyncio.timeout(5):
                await client.get("/orders")

    asyncio.run(scenario())


# --8<-- [end:check]
