"""Requests wait for the one thread that writes to a tape, nine seconds each."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

from fastapi import FastAPI

import _lab

app = FastAPI()
tape = ThreadPoolExecutor(1)


def write() -> None:
    time.sleep(9)


@app.get("/write")
async def archive():
    await asyncio.get_running_loop().run_in_executor(tape, write)


@app.get("/")
async def home():
    return "here"


if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio")
    _lab.traffic(service, "/write", 6)
    _lab.ready(service, works=_lab.answers(service, "/"))
