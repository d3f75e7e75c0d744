"""Each position of a portfolio becomes a task, however many there are."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable

import httpx
from fastapi import FastAPI, HTTPException

from examples import lab

CONNECTIONS = 10
PRICES = ("127.0.0.1", int(os.environ.get("PRICES_PORT", "0")))

type Submit = Callable[[int], None]


# --8<-- [start:fault]
@contextlib.asynccontextmanager
async def a_task_for_each() -> AsyncIterator[Submit]:
    """Start a task for each position; ten of them price at a time."""
    connections = asyncio.Semaphore(CONNECTIONS)

    def submit(positions: int) -> None:
        for position in range(positions):
            tasks.create_task(price_in_turn(position, connections))

    async with asyncio.TaskGroup() as tasks:
        yield submit


async def price_in_turn(position: int, connections: asyncio.Semaphore) -> None:
    """Wait for a free connection, then price."""
    async with connections:
        await price(position)


# --8<-- [end:fault]


# --8<-- [start:fixed]
@contextlib.asynccontextmanager
async def ten_tasks() -> AsyncIterator[Submit]:
    """Price with ten tasks from a queue that has an end."""
    waiting: asyncio.Queue[int] = asyncio.Queue(maxsize=5000)

    def submit(positions: int) -> None:
        if waiting.qsize() + positions > waiting.maxsize:
            raise HTTPException(503, "too much to do, try again later")
        for position in range(positions):
            waiting.put_nowait(position)

    workers = [asyncio.create_task(price_from(waiting)) for _ in range(CONNECTIONS)]
    try:
        yield submit
    finally:
        for worker in workers:
            worker.cancel()


async def price_from(waiting: asyncio.Queue[int]) -> None:
    """Price one position after the other."""
    while True:
        await price(await waiting.get())


# --8<-- [end:fixed]


# --8<-- [start:client]
async def price(position: int) -> None:
    """Send one line to the price service, read one line."""
    reader, writer = await asyncio.open_connection(*PRICES)
    try:
        writer.write(f"{position}\n".encode())
        await reader.readline()
    finally:
        writer.close()


# --8<-- [end:client]


def service(pricing: Callable[[], contextlib.AbstractAsyncContextManager[Submit]]) -> FastAPI:
    """Make the service around one of the two ways to price."""

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with pricing() as app.state.submit:
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/portfolios")
    async def portfolios(positions: int) -> dict[str, int]:
        app.state.submit(positions)
        return {"accepted": positions}

    @app.get("/tasks")
    async def tasks() -> dict[str, int]:
        return {"tasks": len(asyncio.all_tasks())}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(a_task_for_each)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(ten_tasks)


@contextlib.asynccontextmanager
async def three_portfolios(factory: str) -> AsyncIterator[lab.Service]:
    """Submit three portfolios to a service whose downstream has stopped to answer."""
    async with (
        lab.SilentDownstream() as prices,
        lab.uvicorn(factory, env={"PRICES_PORT": str(prices.port)}) as target,
        httpx.AsyncClient(base_url=target.url, timeout=60) as client,
    ):
        for _ in range(3):
            await client.post("/portfolios", params={"positions": 1000})
        await prices.received(CONNECTIONS)
        yield target


if __name__ == "__main__":
    lab.run(__file__, three_portfolios)
