"""A handler awaits a downstream that accepts the request and never answers."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
from fastapi import FastAPI, HTTPException

from examples import lab

PATIENCE = 3600  # seconds; these clients outlast any look at the service
PRICES = ("127.0.0.1", int(os.environ.get("PRICES_PORT", "0")))


# --8<-- [start:fault]
async def quote(symbol: str) -> dict[str, str]:
    """Ask the price service."""
    return {"symbol": symbol, "price": await fetch_price(symbol)}


# --8<-- [end:fault]


# --8<-- [start:fixed]
async def quote_with_deadline(symbol: str) -> dict[str, str]:
    """Ask the price service, and give up after half a second."""
    try:
        async with asyncio.timeout(0.5):
            return {"symbol": symbol, "price": await fetch_price(symbol)}
    except TimeoutError:
        raise HTTPException(504, "the price service did not answer in time") from None


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
    app.get("/quotes/{symbol}")(handler)
    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(quote)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(quote_with_deadline)


@contextlib.asynccontextmanager
async def two_requests(factory: str) -> AsyncIterator[lab.Service]:
    """Let two clients ask for a quote and wait."""
    async with (
        lab.SilentDownstream() as prices,
        lab.uvicorn(factory, env={"PRICES_PORT": str(prices.port)}) as target,
        httpx.AsyncClient(base_url=target.url, timeout=PATIENCE) as client,
        asyncio.TaskGroup() as clients,
    ):
        requests = [clients.create_task(client.get(f"/quotes/{name}")) for name in ("A", "B")]
        await prices.received(len(requests))
        yield target
        for request in requests:
            request.cancel()


if __name__ == "__main__":
    lab.run(__file__, two_requests)
