"""A WebSocket session starts a background task that outlives the client."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from websockets.asyncio.client import connect

from examples import lab

open_sessions: set[WebSocket] = set()


# --8<-- [start:fault]
async def session(socket: WebSocket) -> None:
    """Push the positions of one user until the client is gone."""
    positions: asyncio.Queue[str] = asyncio.Queue()
    asyncio.create_task(poll_positions(positions))  # noqa: RUF006 # the fault: nobody owns it
    with contextlib.suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(await positions.get())


# --8<-- [end:fault]


# --8<-- [start:fixed]
async def owned_session(socket: WebSocket) -> None:
    """Push the positions of one user, with an owner for every task of the session."""
    positions: asyncio.Queue[str] = asyncio.Queue(maxsize=1)
    with contextlib.suppress(WebSocketDisconnect):
        async with asyncio.TaskGroup() as owner:
            poller = owner.create_task(poll_positions(positions), name="poll positions")
            try:
                while True:
                    await socket.send_text(await positions.get())
            finally:
                poller.cancel()


# --8<-- [end:fixed]


# --8<-- [start:poller]
async def poll_positions(positions: asyncio.Queue[str]) -> None:
    """Fetch the positions ten times a second."""
    while True:
        await positions.put('{"ACME": 100}')
        await asyncio.sleep(0.1)


# --8<-- [end:poller]


def service(handler: Callable[[WebSocket], Awaitable[None]]) -> FastAPI:
    """Make the service around one of the two handlers."""
    app = FastAPI()

    @app.websocket("/positions")
    async def positions(socket: WebSocket) -> None:
        await socket.accept()
        open_sessions.add(socket)
        try:
            await handler(socket)
        finally:
            open_sessions.remove(socket)

    @app.get("/sessions")
    async def sessions() -> dict[str, int]:
        return {"open": len(open_sessions)}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(session)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(owned_session)


@contextlib.asynccontextmanager
async def five_visits(factory: str) -> AsyncIterator[lab.Service]:
    """Let five clients come, see one update each, and leave."""
    async with lab.uvicorn(factory) as target:
        for _ in range(5):
            async with connect(f"{target.websocket_url}/positions") as socket:
                await socket.recv()

        async with httpx.AsyncClient(base_url=target.url, timeout=60) as client:

            async def all_left() -> bool:
                return (await client.get("/sessions")).text == '{"open":0}'

            await lab.until(all_left)
        yield target


if __name__ == "__main__":
    lab.run(__file__, five_visits)
