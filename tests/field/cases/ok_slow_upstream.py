"""A model answers after seven seconds, and the client's deadline is thirty. Aiohttp."""

import os
import time

import aiohttp
from aiohttp import web

import _lab

MODEL = os.environ.get("MODEL", "")


async def summarise(text: str) -> str:
    limit = aiohttp.ClientTimeout(total=30)
    async with (
        aiohttp.ClientSession(timeout=limit) as session,
        session.get(f"{MODEL}/{text}") as answer,
    ):
        return await answer.text()


async def show(request: web.Request) -> web.Response:
    return web.Response(text=await summarise(request.match_info["text"]))


if __name__ == "__main__":
    if _lab.PORT:
        app = web.Application()
        app.router.add_get("/summaries/{text}", show)
        web.run_app(app, host="127.0.0.1", port=_lab.PORT, print=None)
    else:
        service = _lab.script(env={"MODEL": _lab.upstream(seconds=7)})
        for _ in range(5):
            _lab.traffic(service, "/summaries/x", 1)
            time.sleep(1.1)
        _lab.ready(service, works=_lab.answers(service, "/summaries/y", patience=20))
