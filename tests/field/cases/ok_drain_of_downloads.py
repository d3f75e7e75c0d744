"""A server got SIGTERM and waits for its last downloads, which go on. FastAPI."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

import _lab

app = FastAPI()


async def pieces() -> AsyncIterator[bytes]:
    for _ in range(1_000):
        await asyncio.sleep(0.2)
        yield b"x" * 1_000


@app.get("/archive")
async def archive():
    return StreamingResponse(pieces())


if __name__ == "__main__":
    service = _lab.uvicorn()
    _lab.traffic(service, "/archive", 2)
    time.sleep(2)
    os.kill(service.pid, signal.SIGTERM)
    time.sleep(1)
    _lab.ready(service, works=True)
