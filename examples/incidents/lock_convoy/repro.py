"""A lock is held while its holder waits for a slow service, and everybody queues."""

import asyncio
import contextlib
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
from fastapi import Depends, FastAPI, HTTPException

from examples import lab

PATIENCE = 3600  # seconds; these clients outlast any look at the service
PRICES = ("127.0.0.1", int(os.environ.get("PRICES_PORT", "0")))

cache = {"ACME": "100"}

# --8<-- [start:fault]
cache_lock = asyncio.Lock()


async def quote(symbol: str) -> dict[str, str]:
    """Give the cached price, else ask the price service."""
    async with cache_lock:
        if symbol not in cache:
            cache[symbol] = await fetch_price(symbol)
        return {"symbol": symbol, "price": cache[symbol]}


# --8<-- [end:fault]


# --8<-- [start:fixed]
symbol_locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)


async def quote_without_convoy(symbol: str) -> dict[str, str]:
    """Give the cached price, else ask the price service once per symbol, with a deadline."""
    if symbol not in cache:
        try:
            async with asyncio.timeout(0.5), symbol_locks[symbol]:
                if symbol not in cache:
                    cache[symbol] = await fetch_price(symbol)
        except TimeoutError:
            raise HTTPException(504, "the price service did not answer in time") from None
    return {"symbol": symbol, "price": cache[symbol]}


# --8<-- [end:fixed]


# --8<-- [start:client]
async def fetch_price(symbol: str) -> str:
    """Send one line, read one line."""
    reader, writer = await asyncio.open_connection(*PRICES)
    try:
        writer.write(f"{symbol}\n".encode())
        return (await reader.readline()).decode()
    finally:
        writer.close()


# --8<-- [end:client]


def service(handler: Callable[[str], Awaitable[dict[str, str]]]) -> FastAPI:
    """Make the service around one of the two handlers."""
    app = FastAPI()
    app.get("/quotes/{symbol}", dependencies=[Depends(lab.arrive)])(handler)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(quote)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(quote_without_convoy)


def ports(prices: lab.SilentDownstream, arrivals: lab.SilentDownstream) -> dict[str, str]:
    """Tell the service where to ask, and where to say what it does."""
    return {"PRICES_PORT": str(prices.port), "ARRIVALS_PORT": str(arrivals.port)}


@contextlib.asynccontextmanager
async def one_slow_request(factory: str) -> AsyncIterator[lab.Service]:
    """Let one client ask for a price that nobody knows, and two for a cached one."""
    async with (
        lab.SilentDownstream() as prices,
        lab.SilentDownstream() as arrivals,
        lab.uvicorn(factory, env=ports(prices, arrivals)) as target,
        httpx.AsyncClient(base_url=target.url, timeout=PATIENCE) as client,
        asyncio.TaskGroup() as clients,
    ):
        requests = [clients.create_task(client.get("/quotes/SLOW"))]
        await prices.received(1)
        requests += [clients.create_task(client.get("/quotes/ACME")) for _ in range(2)]
        await arrivals.received(3)
        await client.get("/health")  # answered once the last request waits
        yield target
        for request in requests:
            request.cancel()


if __name__ == "__main__":
    lab.run(__file__, one_slow_request)
