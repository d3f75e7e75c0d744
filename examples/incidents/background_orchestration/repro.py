"""A scheduler in the lifespan starts refreshes faster than they end."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
from fastapi import FastAPI

from examples import lab

PRICES = ("127.0.0.1", int(os.environ.get("PRICES_PORT", "0")))
SYMBOLS = [f"S{number:02}" for number in range(40)]
PERIOD = 0.25  # seconds from one round to the next

prices: dict[str, str] = {}
refreshes: set[asyncio.Task[None]] = set()


# --8<-- [start:fault]
async def schedule() -> None:
    """Start a refresh of every symbol in every round, whether the last one has ended or not."""
    while True:
        for symbol in SYMBOLS:
            task = asyncio.create_task(refresh(symbol))
            refreshes.add(task)
            task.add_done_callback(refreshes.discard)
        await asyncio.sleep(PERIOD)


# --8<-- [end:fault]


# --8<-- [start:fixed]
async def schedule_after_the_last() -> None:
    """Start the next round when the last one has ended, and give each round a deadline."""
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(2), asyncio.TaskGroup() as round_of_refreshes:
                for symbol in SYMBOLS:
                    round_of_refreshes.create_task(refresh(symbol))
        await asyncio.sleep(PERIOD)


# --8<-- [end:fixed]


# --8<-- [start:client]
async def refresh(symbol: str) -> None:
    """Ask the price service for one symbol."""
    reader, writer = await asyncio.open_connection(*PRICES)
    try:
        writer.write(f"{symbol}\n".encode())
        prices[symbol] = (await reader.readline()).decode()
    finally:
        writer.close()


# --8<-- [end:client]


def service(scheduler: Callable[[], Awaitable[None]]) -> FastAPI:
    """Make the service with one of the two schedulers in its lifespan."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as background:
            running = background.create_task(run(scheduler), name="scheduler")
            yield
            running.cancel()

    app = FastAPI(lifespan=lifespan)

    @app.get("/prices/{symbol}")
    async def price(symbol: str) -> dict[str, str]:
        return {"symbol": symbol, "price": prices.get(symbol, "")}

    @app.get("/refreshes")
    async def count() -> dict[str, int]:
        return {"refreshes": sum(task.get_name() != "scheduler" for task in pending())}

    return app


def pending() -> list[asyncio.Task[object]]:
    """Give the tasks that refresh a symbol."""
    return [
        task
        for task in asyncio.all_tasks()
        if getattr(task.get_coro(), "__name__", "") == refresh.__name__
    ]


async def run(scheduler: Callable[[], Awaitable[None]]) -> None:
    """Run a scheduler as a coroutine of its own."""
    await scheduler()


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(schedule)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(schedule_after_the_last)


@contextlib.asynccontextmanager
async def slow_prices(factory: str) -> AsyncIterator[lab.Service]:
    """Let the price service stop answering, and wait until three rounds were started."""
    async with (
        lab.SilentDownstream() as downstream,
        lab.uvicorn(factory, env={"PRICES_PORT": str(downstream.port)}) as target,
        httpx.AsyncClient(base_url=target.url, timeout=20) as client,
    ):
        await downstream.received(3 * len(SYMBOLS))
        await client.get("/refreshes")
        yield target


if __name__ == "__main__":
    lab.run(__file__, slow_prices)
