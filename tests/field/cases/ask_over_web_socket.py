"""A handler asks another service over a WebSocket, which never answers. Websockets, aiohttp."""

import asyncio
import os

from aiohttp import web
from websockets.asyncio.client import connect
from websockets.asyncio.server import serve

import _lab

STOCK = os.environ.get("STOCK", "")


async def ask_stock() -> str:
    async with connect(STOCK) as socket:
        await socket.send("how many?")
        return str(await socket.recv())


async def stock(_: web.Request) -> web.Response:
    return web.Response(text=await ask_stock())


async def answer(socket) -> None:
    async for _ in socket:
        if _lab.FIXED:
            await socket.send("3")


async def upstream(port: int) -> None:
    async with serve(answer, "127.0.0.1", port) as server:
        await server.serve_forever()


if _lab.PORT:
    app = web.Application()
    app.router.add_get("/stock", stock)
    web.run_app(app, host="127.0.0.1", port=_lab.PORT, print=None)
else:
    port = _lab.free_port()
    _lab.background(lambda: asyncio.run(upstream(port)))
    service = _lab.script(env={"STOCK": f"ws://127.0.0.1:{port}"})
    _lab.traffic(service, "/stock", 3)
    _lab.ready(service, works=_lab.answers(service, "/stock"))
