"""Every connection of an asyncpg pool is held across a call to a slow service."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import httpx
from fastapi import Depends, FastAPI, HTTPException

from examples import lab
from examples.lab.postgres import postgres

PATIENCE = 3600  # seconds; these clients outlast any look at the service
CONNECTIONS = 3
RISK = ("127.0.0.1", int(os.environ.get("RISK_PORT", "0")))
DATABASE_URL = os.environ.get("DATABASE_URL", "")
SETTLE = "update trades set settled = true, risk = $2 where id = $1"


# --8<-- [start:fault]
async def settle(pool: asyncpg.Pool, trade: int) -> dict[str, str]:
    """Settle a trade: lock it, ask for its risk, and write both."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.fetchval("select id from trades where id = $1 for update", trade)
        risk = await fetch_risk(trade)
        await connection.execute(SETTLE, trade, risk)
    return {"risk": risk}


# --8<-- [end:fault]


# --8<-- [start:fixed]
async def ask_then_settle(pool: asyncpg.Pool, trade: int) -> dict[str, str]:
    """Settle a trade: ask for its risk first, and then take a connection for one statement."""
    try:
        async with asyncio.timeout(0.5):
            risk = await fetch_risk(trade)
    except TimeoutError:
        raise HTTPException(504, "the risk service did not answer in time") from None
    async with pool.acquire(timeout=2) as connection:
        await connection.execute(SETTLE, trade, risk)
    return {"risk": risk}


# --8<-- [end:fixed]


# --8<-- [start:client]
async def fetch_risk(trade: int) -> str:
    """Send one line, read one line."""
    reader, writer = await asyncio.open_connection(*RISK)
    try:
        writer.write(f"{trade}\n".encode())
        return (await reader.readline()).decode()
    finally:
        writer.close()


# --8<-- [end:client]


def service(handler: Callable[[asyncpg.Pool, int], Awaitable[dict[str, str]]]) -> FastAPI:
    """Make the service around one of the two handlers."""
    pools: list[asyncpg.Pool] = []

    @contextlib.asynccontextmanager
    async def with_trades(_: FastAPI) -> AsyncIterator[None]:
        async with asyncpg.create_pool(
            DATABASE_URL, min_size=CONNECTIONS, max_size=CONNECTIONS
        ) as pool:
            await pool.execute("create table trades (id int, settled bool, risk text)")
            await pool.execute("insert into trades select n, false from generate_series(1, 9) n")
            pools.append(pool)
            yield
            await pool.execute("drop table trades")

    app = FastAPI(lifespan=with_trades)

    @app.post("/trades/{trade}/settle")
    async def post(trade: int) -> dict[str, str]:
        return await handler(pools[0], trade)

    @app.get("/trades/{trade}", dependencies=[Depends(lab.arrive)])
    async def get(trade: int) -> dict[str, bool | None]:
        settled = await pools[0].fetchval("select settled from trades where id = $1", trade)
        return {"settled": settled}

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(settle)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(ask_then_settle)


@contextlib.asynccontextmanager
async def more_settlements_than_connections(factory: str) -> AsyncIterator[lab.Service]:
    """Let as many clients settle a trade as there are connections, and two more read one."""
    async with (
        postgres() as url,
        lab.SilentDownstream() as risk,
        lab.SilentDownstream() as arrivals,
    ):
        places = {"DATABASE_URL": url, "RISK_PORT": str(risk.port)}
        places["ARRIVALS_PORT"] = str(arrivals.port)
        async with (
            lab.uvicorn(factory, env=places) as target,
            httpx.AsyncClient(base_url=target.url, timeout=PATIENCE) as client,
            asyncio.TaskGroup() as clients,
        ):
            requests = [
                clients.create_task(client.post(f"/trades/{trade}/settle"))
                for trade in range(1, CONNECTIONS + 1)
            ]
            await risk.received(CONNECTIONS)
            requests += [clients.create_task(client.get("/trades/9")) for _ in range(2)]
            await arrivals.received(2)
            await client.get("/health")  # answered once the last request waits
            yield lab.Service(target.pid, target.url, database_url=url)
            for request in requests:
                request.cancel()


if __name__ == "__main__":
    lab.run(__file__, more_settlements_than_connections)
