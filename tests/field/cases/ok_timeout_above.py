"""Calls wait for their answer below a deadline of twenty seconds that asyncio.timeout keeps."""

import asyncio
import os
import time

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import _lab

SCAN = os.environ.get("SCAN", "")


async def scan(number: int) -> bytes:
    _, _, port = SCAN.rpartition(":")
    async with asyncio.timeout(20):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(b"GET / HTTP/1.0\r\n\r\n")
        answer = await reader.readline()
        writer.close()
        return answer


async def show(request):
    return PlainTextResponse(await scan(1))


app = Starlette(routes=[Route("/scan", show)])

if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio", env={"SCAN": _lab.upstream(seconds=6)})
    for _ in range(4):
        _lab.traffic(service, "/scan", 1)
        time.sleep(1.3)
    _lab.ready(service, works=_lab.answers(service, "/scan", patience=20))
