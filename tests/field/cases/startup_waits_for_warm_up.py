"""A service does not start, since the task that warms its cache up has died. Starlette."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import _lab


async def warm_up(warm: asyncio.Event) -> None:
    if not _lab.FIXED:
        raise ConnectionError("no cache")
    warm.set()


async def warmed_up() -> None:
    warm = asyncio.Event()
    warming = asyncio.create_task(warm_up(warm))
    await warm.wait()
    await warming


@contextlib.asynccontextmanager
async def lifespan(_: Starlette) -> AsyncIterator[None]:
    await warmed_up()
    yield


async def rates(_: Request) -> PlainTextResponse:
    return PlainTextResponse("1.1")


app = Starlette(lifespan=lifespan, routes=[Route("/rates", rates)])

if __name__ == "__main__":
    port = _lab.free_port()
    command = [sys.executable, "-m", "uvicorn", f"{_lab.SCRIPT.stem}:app", "--port", port]
    service = _lab.serve(*command, "--log-level", "critical", listens=False)
    service = _lab.Service(service.pid, port)
    started = time.monotonic()
    while not (works := _lab.answers(service, "/rates")) and time.monotonic() < started + 10:
        time.sleep(0.5)
    _lab.ready(service, works=works)
