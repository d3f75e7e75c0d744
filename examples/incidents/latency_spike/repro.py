"""Now and then a call in the event loop waits for a lock of a file, and every request with it."""

import asyncio
import contextlib
import fcntl
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
from fastapi import FastAPI

from examples import lab

AUDIT = Path(os.environ.get("AUDIT_FILE", os.devnull))
EVERY = 6.0  # seconds from one rotation of the log to the next
HELD = 2.0  # seconds that the rotation holds the lock


# --8<-- [start:fault]
async def order(symbol: str) -> dict[str, str]:
    """Take an order, and note it in the audit log."""
    note(symbol)
    return {"symbol": symbol, "status": "taken"}


# --8<-- [end:fault]


# --8<-- [start:fixed]
async def order_noted_in_a_thread(symbol: str) -> dict[str, str]:
    """Take an order, and note it in the audit log without holding up the loop."""
    await asyncio.to_thread(note, symbol)
    return {"symbol": symbol, "status": "taken"}


# --8<-- [end:fixed]


# --8<-- [start:client]
def note(symbol: str) -> None:
    """Append a line, alone: the program that rotates the log locks it too."""
    with AUDIT.open("a") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        log.write(f"{symbol}\n")


# --8<-- [end:client]


def service(handler: Callable[[str], Awaitable[dict[str, str]]]) -> FastAPI:
    """Make the service around one of the two handlers."""
    app = FastAPI()
    app.post("/orders/{symbol}")(handler)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(order)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(order_noted_in_a_thread)


async def rotate(log: Path) -> None:
    """Play the program that rotates the log: it holds the lock for a while, again and again."""
    with log.open("a") as file:
        while True:
            await asyncio.sleep(EVERY - HELD)
            await asyncio.to_thread(fcntl.flock, file, fcntl.LOCK_EX)
            await asyncio.sleep(HELD)
            fcntl.flock(file, fcntl.LOCK_UN)


async def send_orders(client: httpx.AsyncClient) -> None:
    """Send one order after the other."""
    while True:
        await client.post("/orders/ACME")
        await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def orders_and_rotation(factory: str) -> AsyncIterator[lab.Service]:
    """Let a client send orders while the log is rotated from time to time."""
    with tempfile.TemporaryDirectory(prefix="audit-") as folder:
        log = Path(folder) / "audit.log"
        async with (
            lab.uvicorn(factory, env={"AUDIT_FILE": str(log)}) as target,
            httpx.AsyncClient(base_url=target.url, timeout=60) as client,
            asyncio.TaskGroup() as traffic,
        ):
            await client.post("/orders/ACME")
            tasks = [traffic.create_task(send_orders(client)), traffic.create_task(rotate(log))]
            yield target
            for task in tasks:
                task.cancel()


if __name__ == "__main__":
    lab.run(__file__, orders_and_rotation)
