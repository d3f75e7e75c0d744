"""Browsers wait up to a minute for news, as they are meant to. Quart on hypercorn."""

import asyncio
import sys

from quart import Quart

import _lab

app = Quart(__name__)
news = asyncio.Event()


async def next_news() -> str:
    try:
        async with asyncio.timeout(60):
            await news.wait()
    except TimeoutError:
        return "none"
    return "some"


@app.get("/news")
async def poll():
    return await next_news()


@app.get("/")
async def index():
    return "index"


if __name__ == "__main__":
    command = [sys.executable, "-m", "hypercorn", f"{_lab.SCRIPT.stem}:app"]
    service = _lab.serve(*command, "--bind", "127.0.0.1:{port}")
    _lab.traffic(service, "/news", 5)
    _lab.traffic(service, "/", 1, pause=0.5)
    _lab.ready(service, works=_lab.answers(service, "/"))
