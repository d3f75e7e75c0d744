"""A WebSocket handler and a background loop keep the process alive after SIGTERM."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from websockets.asyncio.client import connect

from examples import lab

logger = logging.getLogger(__name__)
rates: dict[str, float] = {}


# --8<-- [start:fault]
async def push(socket: WebSocket, news: asyncio.Queue[str]) -> None:
    """Send news, and never look whether the client is still there."""
    while True:
        await socket.send_text(await news.get())


async def refresh() -> None:
    """Fetch the rates ten times a second, whatever happens."""
    while True:
        try:
            rates["EUR/USD"] = 1.1
            await asyncio.sleep(0.1)
        except BaseException as error:  # noqa: BLE001 # the fault: a cancel is caught too
            logger.warning("no rates: %r", error)


# --8<-- [end:fault]


# --8<-- [start:fixed]
async def push_until_disconnect(socket: WebSocket, news: asyncio.Queue[str]) -> None:
    """Send news until the client leaves or the server shuts down."""
    pushing = asyncio.create_task(push(socket, news), name="push")
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        pass
    finally:
        pushing.cancel()


async def refresh_until_cancelled() -> None:
    """Fetch the rates ten times a second; an error is logged, a cancel ends the loop."""
    while True:
        try:
            rates["EUR/USD"] = 1.1
            await asyncio.sleep(0.1)
        except OSError as error:
            logger.warning("no rates: %r", error)


# --8<-- [end:fixed]


def service(
    handler: Callable[[WebSocket, asyncio.Queue[str]], Awaitable[None]],
    loop: Callable[[], Awaitable[None]],
) -> FastAPI:
    """Make the service around one of the two handlers and one of the two loops."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        refreshing = asyncio.ensure_future(loop())
        yield
        refreshing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await refreshing

    app = FastAPI(lifespan=lifespan)

    @app.websocket("/news")
    async def news(socket: WebSocket) -> None:
        await socket.accept()
        inbox = asyncio.Queue[str]()
        inbox.put_nowait("welcome")
        await handler(socket, inbox)

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(push, refresh)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(push_until_disconnect, refresh_until_cancelled)


@contextlib.asynccontextmanager
async def two_clients(factory: str) -> AsyncIterator[lab.Service]:
    """Let one client leave, and one stay."""
    async with lab.uvicorn(factory) as target:
        async with connect(f"{target.websocket_url}/news") as leaves:
            await leaves.recv()
        async with connect(f"{target.websocket_url}/news") as stays:
            await stays.recv()
            yield target


if __name__ == "__main__":
    lab.run(__file__, two_clients)
