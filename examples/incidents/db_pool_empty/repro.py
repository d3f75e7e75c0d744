"""Requests that run into their deadline keep a database connection, until none is left."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import cast

import httpx
from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import AsyncAdaptedQueuePool, text
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    async_scoped_session,
    async_sessionmaker,
    create_async_engine,
)

from examples import lab

PATIENCE = 3600  # seconds; these clients, and the pool, outlast any look at the service
CONNECTIONS = 2
PRICES = ("127.0.0.1", int(os.environ.get("PRICES_PORT", "0")))
QUANTITY = text("select quantity from positions where symbol = :symbol")

engine: AsyncEngine = create_async_engine(
    "sqlite+aiosqlite:///file:iris?mode=memory&cache=shared&uri=true",
    poolclass=AsyncAdaptedQueuePool,
    pool_size=CONNECTIONS,
    max_overflow=0,
    pool_timeout=PATIENCE,
)
make_session = async_sessionmaker(engine)

# --8<-- [start:fault]
session = async_scoped_session(make_session, scopefunc=asyncio.current_task)


async def value(symbol: str) -> dict[str, float]:
    """Give the value of a position at its price of now."""
    quantity = await session.scalar(QUANTITY, {"symbol": symbol})
    price = await fetch_price(symbol)
    await session.remove()
    return {"value": (quantity or 0) * price}


# --8<-- [end:fault]


# --8<-- [start:fixed]
async def value_and_close(symbol: str) -> dict[str, float]:
    """Give the value of a position, and the connection back before asking for the price."""
    async with make_session() as owned:
        quantity = await owned.scalar(QUANTITY, {"symbol": symbol})
    price = await fetch_price(symbol)
    return {"value": (quantity or 0) * price}


# --8<-- [end:fixed]


# --8<-- [start:client]
async def fetch_price(symbol: str) -> float:
    """Send one line, read one line, and give up after half a second."""
    try:
        async with asyncio.timeout(0.5):
            reader, writer = await asyncio.open_connection(*PRICES)
            with contextlib.closing(writer):
                writer.write(f"{symbol}\n".encode())
                return float(await reader.readline())
    except TimeoutError:
        raise HTTPException(504, "the price service did not answer in time") from None


# --8<-- [end:client]


# --8<-- [start:count]
def connections_out() -> int:
    """Count the connections that the pool has lent."""
    return cast("AsyncAdaptedQueuePool", engine.pool).checkedout()


# --8<-- [end:count]


def service(handler: Callable[[str], Awaitable[dict[str, float]]]) -> FastAPI:
    """Make the service around one of the two handlers."""

    @contextlib.asynccontextmanager
    async def with_one_position(_: FastAPI) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.execute(text("create table positions (symbol text, quantity int)"))
            await connection.execute(text("insert into positions values ('ACME', 100)"))
        yield
        await engine.dispose()

    app = FastAPI(lifespan=with_one_position)
    app.get("/values/{symbol}", dependencies=[Depends(lab.arrive)])(handler)

    @app.get("/positions/{symbol}", dependencies=[Depends(lab.arrive)])
    async def position(symbol: str) -> dict[str, int | None]:
        async with make_session() as owned:
            return {"quantity": await owned.scalar(QUANTITY, {"symbol": symbol})}

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/pool")
    async def pool() -> dict[str, int]:
        return {"connections": CONNECTIONS, "out": connections_out()}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(value)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(value_and_close)


def ports(prices: lab.SilentDownstream, arrivals: lab.SilentDownstream) -> dict[str, str]:
    """Tell the service where to ask, and where to say what it does."""
    return {"PRICES_PORT": str(prices.port), "ARRIVALS_PORT": str(arrivals.port)}


@contextlib.asynccontextmanager
async def two_deadlines(factory: str) -> AsyncIterator[lab.Service]:
    """Let as many requests as there are connections run into their deadline, then ask on."""
    async with (
        lab.SilentDownstream() as prices,
        lab.SilentDownstream() as arrivals,
        lab.uvicorn(factory, env=ports(prices, arrivals)) as target,
        httpx.AsyncClient(base_url=target.url, timeout=PATIENCE) as client,
        asyncio.TaskGroup() as clients,
    ):
        for _ in range(CONNECTIONS):
            await client.get("/values/ACME")
        requests = [clients.create_task(client.get("/positions/ACME")) for _ in range(2)]
        await arrivals.received(CONNECTIONS + len(requests))
        await client.get("/health")  # answered once the last request waits
        yield target
        for request in requests:
            request.cancel()


if __name__ == "__main__":
    lab.run(__file__, two_deadlines)
