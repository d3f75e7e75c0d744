"""A test that would have found both faults: the real service ends on SIGTERM."""

import asyncio
import os
import signal

import pytest
from websockets.asyncio.client import connect

from examples import lab


# --8<-- [start:check]
@pytest.mark.parametrize("factory", ["faulty", "fixed"])
def test_service_ends_on_sigterm(factory: str) -> None:
    """The service ends within five seconds of SIGTERM, with a client connected."""

    async def shut_down() -> None:
        async with (
            lab.uvicorn(f"examples.incidents.hung_shutdown.repro:{factory}") as target,
            connect(f"{target.websocket_url}/news") as client,
        ):
            await client.recv()
            os.kill(target.pid, signal.SIGTERM)
            async with asyncio.timeout(5):
                await lab.ended(target.pid)

    asyncio.run(shut_down())


# --8<-- [end:check]
