"""A test that would have found the slow client: one client sleeps, another expects an update."""

import asyncio

import pytest

from examples.incidents.silent_websocket.repro import one_client_stops_reading
from examples.incidents.silent_websocket.watch import watch

HERE = "examples.incidents.silent_websocket.repro"


# --8<-- [start:check]
@pytest.mark.parametrize(
    ("factory", "compressible"),
    [("faulty", False), ("faulty", True), ("fixed", False)],
    ids=["faulty", "faulty-compressible", "fixed"],
)
def test_sleeping_client_stops_nobody_else(factory: str, *, compressible: bool) -> None:
    """A client gets its update while another one does not read."""

    async def follow() -> None:
        service = one_client_stops_reading(f"{HERE}:{factory}", compressible=compressible)
        async with service as target:
            await watch(target.url)

    asyncio.run(follow())


# --8<-- [end:check]
