"""One client stops reading, and the broadcaster waits for it instead of serving the others."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any

import httpx
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from websockets.asyncio.client import connect

from examples import lab

SIZE = 8 * 2**20  # bytes; more than the kernel buffers for one connection

type Updates = asyncio.Queue[bytes]
type Feed = Callable[[WebSocket], Awaitable[None]]
type Broadcaster = Callable[[Updates], Coroutine[None, None, None]]

# --8<-- [start:fault]
sockets: list[WebSocket] = []


async def session(socket: WebSocket) -> None:
    """Keep one client in the list until it leaves."""
    sockets.append(socket)
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.receive_text()
    sockets.remove(socket)


async def broadcast(updates: Updates) -> None:
    """Send every update to every client."""
    while True:
        update = await updates.get()
        for socket in sockets.copy():
            await socket.send_bytes(update)


# --8<-- [end:fault]


# --8<-- [start:fixed]
inboxes: list[Updates] = []


async def session_with_inbox(socket: WebSocket) -> None:
    """Send one client what is in its inbox until it leaves."""
    inbox: Updates = asyncio.Queue(maxsize=1)
    inboxes.append(inbox)
    try:
        async with asyncio.TaskGroup() as owner:
            owner.create_task(send_all(inbox, socket), name="sender")
            while True:
                await socket.receive_text()
    except* WebSocketDisconnect:
        pass
    finally:
        inboxes.remove(inbox)


async def send_all(inbox: Updates, socket: WebSocket) -> None:
    """Send what comes, at the pace of this client."""
    while True:
        await socket.send_bytes(await inbox.get())


async def broadcast_to_inboxes(updates: Updates) -> None:
    """Put every update into every inbox, in place of one that was not sent yet."""
    while True:
        update = await updates.get()
        for inbox in inboxes:
            if inbox.full():
                inbox.get_nowait()
            inbox.put_nowait(update)


# --8<-- [end:fixed]


def service(feed: Feed, broadcaster: Broadcaster) -> FastAPI:
    """Make the service around one of the two pairs."""
    updates: Updates = asyncio.Queue()
    open_sessions: set[WebSocket] = set()

    @contextlib.asynccontextmanager
    async def with_broadcaster(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.create_task(broadcaster(updates), name="broadcaster")
        yield
        task.cancel()

    app = FastAPI(lifespan=with_broadcaster)

    @app.websocket("/updates")
    async def follow(socket: WebSocket) -> None:
        await socket.accept()
        open_sessions.add(socket)
        try:
            await feed(socket)
        finally:
            open_sessions.remove(socket)

    @app.post("/updates")
    async def publish(*, compressible: bool = False) -> dict[str, int]:
        updates.put_nowait(bytes(SIZE) if compressible else os.urandom(SIZE))
        return {"waiting": updates.qsize()}

    @app.get("/sessions")
    async def sessions() -> dict[str, int]:
        return {"open": len(open_sessions)}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(session, broadcast)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(session_with_inbox, broadcast_to_inboxes)


@contextlib.asynccontextmanager
async def one_client_stops_reading(
    factory: str, *, compressible: bool = False
) -> AsyncIterator[lab.Service]:
    """Let two clients follow the updates, and one of them stop reading.

    Args:
        factory: of the service.
        compressible: send zeros, to clients that agreed on permessage-deflate.

    """
    compression = "deflate" if compressible else None
    options: dict[str, Any] = {"max_size": None, "compression": compression, "ping_interval": None}
    async with (
        # With its defaults uvicorn drops a client that answers no ping for 20 seconds.
        lab.uvicorn(factory, "--ws-ping-interval", "3600") as target,
        # One that stays open would be among the clients until uvicorn closes it after five seconds.
        httpx.AsyncClient(
            base_url=target.url, timeout=60, headers={"Connection": "close"}
        ) as client,
        connect(f"{target.websocket_url}/updates", **options) as reader,
        connect(f"{target.websocket_url}/updates", **options) as sleeper,
    ):
        sleeper.transport.pause_reading()
        # The first fills the buffers of the sleeper. The second waits until they are empty.
        for _ in range(2):
            await client.post("/updates", params={"compressible": compressible})
            await reader.recv()
        await client.get("/sessions")  # answered once the broadcaster waits
        try:
            yield target
        finally:
            sleeper.transport.abort()


if __name__ == "__main__":
    lab.run(__file__, one_client_stops_reading)
