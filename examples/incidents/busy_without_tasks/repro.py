"""A callback of the event loop is called without end: all CPU is used, and no task runs."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable

import httpx
from fastapi import FastAPI

from examples import lab

COLLECTOR = ("127.0.0.1", int(os.environ.get("COLLECTOR_PORT", "0")))


class Metrics:
    """Sends the counters to a collector whenever they changed and its socket takes data."""

    def __init__(self) -> None:
        """Connect to the collector."""
        self.counters = dict.fromkeys((f"route_{number}" for number in range(500)), 0)
        self.sent = b""
        self.connection = socket.create_connection(COLLECTOR)
        self.connection.settimeout(0)

    def count(self, name: str) -> None:
        """Count once, and send the counters when the socket takes them."""
        self.counters[name] += 1
        asyncio.get_running_loop().add_writer(self.connection, self.flush)

    # --8<-- [start:fault]
    def flush(self) -> None:
        """Send the counters if they changed."""
        lines = [f"{name}={count}" for name, count in self.counters.items()]
        snapshot = ",".join(lines).encode() + b"\n"
        if snapshot != self.sent:
            self.connection.send(snapshot)
            self.sent = snapshot

    # --8<-- [end:fault]


class FixedMetrics(Metrics):
    """The same, without a callback that has nothing to do."""

    # --8<-- [start:fixed]
    def flush(self) -> None:
        """Send the counters if they changed, and stop listening for room in the socket."""
        asyncio.get_running_loop().remove_writer(self.connection)
        lines = [f"{name}={count}" for name, count in self.counters.items()]
        snapshot = ",".join(lines).encode() + b"\n"
        if snapshot != self.sent:
            self.connection.send(snapshot)
            self.sent = snapshot

    # --8<-- [end:fixed]


def service(make: Callable[[], Metrics]) -> FastAPI:
    """Make the service with one of the two senders of metrics."""
    app = FastAPI()
    metrics = make()

    @app.get("/quotes/{symbol}")
    async def quote(symbol: str) -> dict[str, str]:
        metrics.count("route_0")
        return {"symbol": symbol, "price": "100"}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(Metrics)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(FixedMetrics)


@contextlib.asynccontextmanager
async def one_request(factory: str) -> AsyncIterator[lab.Service]:
    """Let one client ask for a quote, which makes the service send its first metric."""
    async with (
        lab.SilentDownstream() as collector,
        lab.uvicorn(factory, env={"COLLECTOR_PORT": str(collector.port)}) as target,
        httpx.AsyncClient(base_url=target.url, timeout=20) as client,
    ):
        await client.get("/quotes/ACME")
        await collector.received(1)
        yield target


if __name__ == "__main__":
    lab.run(__file__, one_request)
