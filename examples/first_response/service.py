"""A healthy service with one task of each kind that a look at production shows."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

import httpx
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from redis.asyncio import Redis
from websockets.asyncio.client import connect

from examples import lab

REPORTS_PORT = int(os.environ.get("REPORTS_PORT", "0"))
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

sessions: set[WebSocket] = set()
ticks: asyncio.Queue[str] = asyncio.Queue(maxsize=100)


# --8<-- [start:tasks]
async def consume_signals(redis: Redis) -> None:
    """Read a Redis stream: a queue consumer."""
    while True:
        if entries := await redis.xread({"signals": "$"}, block=60_000):
            await ticks.put(str(entries))


async def broadcast_ticks() -> None:
    """Send each tick to every session: a WebSocket broadcaster."""
    while True:
        tick = await ticks.get()
        for socket in sessions:
            await socket.send_text(tick)


async def rebalance_hourly() -> None:
    """Work on a schedule: background orchestration."""
    while True:  # noqa: ASYNC110 # a schedule, not a wait for something
        await asyncio.sleep(3600)


@contextlib.asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Own the long-lived tasks, each with a name."""
    async with Redis.from_url(REDIS_URL, socket_timeout=None) as redis:
        tasks = [
            asyncio.create_task(consume_signals(redis), name="consume signals"),
            asyncio.create_task(broadcast_ticks(), name="broadcast ticks"),
            asyncio.create_task(rebalance_hourly(), name="rebalance hourly"),
        ]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


# --8<-- [end:tasks]


# --8<-- [start:handlers]
async def report() -> dict[str, str]:
    """Ask the report service: a request handler."""
    async with asyncio.timeout(60):
        reader, writer = await asyncio.open_connection("127.0.0.1", REPORTS_PORT)
        writer.write(b"report\n")
        return {"report": (await reader.readline()).decode()}


async def session(socket: WebSocket) -> None:
    """Keep a session open until the client leaves: a WebSocket handler."""
    await socket.accept()
    await socket.send_text("welcome")
    sessions.add(socket)
    try:
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await socket.receive_text()
    finally:
        sessions.remove(socket)


# --8<-- [end:handlers]


def application() -> FastAPI:
    """Make the service."""
    app = FastAPI(lifespan=lifespan)
    app.get("/report")(report)
    app.websocket("/ticks")(session)
    return app


@contextlib.asynccontextmanager
async def one_of_each() -> AsyncIterator[lab.Service]:
    """Open one session, and keep one request in flight."""
    async with (
        lab.redis() as redis_url,
        lab.SilentDownstream() as reports,
        lab.uvicorn(
            "examples.first_response.service:application",
            env={"REDIS_URL": redis_url, "REPORTS_PORT": str(reports.port)},
        ) as target,
        connect(f"{target.websocket_url}/ticks") as socket,
        httpx.AsyncClient(base_url=target.url, timeout=3600) as client,
        asyncio.TaskGroup() as clients,
    ):
        await socket.recv()
        request = clients.create_task(client.get("/report"))
        await reports.received(1)
        yield target
        request.cancel()


if __name__ == "__main__":
    lab.play(one_of_each())
