"""A test that would have found the held connections: one slow settlement must not stop a read."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from examples import lab
from examples.incidents.pool_exhausted import repro
from examples.lab.postgres import postgres


# --8<-- [start:check]
@pytest.mark.parametrize("settle", [repro.settle, repro.ask_then_settle])
def test_settlement_holds_no_connection_while_it_waits(
    settle: Callable[[asyncpg.Pool, int], Awaitable[dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A pool of one connection still serves a query while a settlement waits for its risk."""

    async def scenario() -> None:
        async with (
            postgres() as url,
            lab.SilentDownstream() as risk,
            asyncpg.create_pool(url, min_size=1, max_size=1) as pool,
        ):
            monkeypatch.setattr(repro, "RISK", ("127.0.0.1", risk.port))
            await pool.execute("create table trades (id int, settled bool, risk text)")
            settling = asyncio.ensure_future(settle(pool, 1))
            await risk.received(1)
            try:
                async with pool.acquire(timeout=5) as connection:
                    await connection.execute("select 1")
            finally:
                settling.cancel()
                await asyncio.gather(settling, return_exceptions=True)

    asyncio.run(scenario())


# --8<-- [end:check]
