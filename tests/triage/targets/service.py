"""A service without a fault: requests that wait a little, and sessions that wait for clients."""

import asyncio
import contextlib

from fastapi import FastAPI, WebSocket, WebSocketDisconnect


def make() -> FastAPI:
    """Make the service."""
    app = FastAPI()

    @app.get("/work")
    async def work() -> dict[str, list[int]]:
        await asyncio.sleep(0.01)
        return {"items": list(range(100))}

    @app.websocket("/session")
    async def session(socket: WebSocket) -> None:
        await socket.accept()
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await socket.send_text(await socket.receive_text())

    return app
