"""A scheduled job waits without a deadline while it holds the lock of all others. APScheduler."""

import asyncio
import contextlib
import os

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from fastapi import FastAPI

import _lab

FEED = os.environ.get("FEED", "")
rates = asyncio.Lock()
state = {"runs": 0}


async def read_feed() -> None:
    _, _, port = FEED.rpartition(":")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    try:
        async with asyncio.timeout(0.1 if _lab.FIXED else None):
            await reader.readline()
    except TimeoutError:
        pass
    finally:
        writer.close()


async def update(name: str) -> None:
    async with rates:
        await read_feed()
        state["runs"] += 1


@contextlib.asynccontextmanager
async def lifespan(app):
    scheduler = AsyncIOScheduler()
    for name in ("gold", "oil", "wheat"):
        scheduler.add_job(update, "interval", [name], seconds=0.5, misfire_grace_time=None)
    scheduler.start()
    yield
    scheduler.shutdown()


app = FastAPI(lifespan=lifespan)


@app.get("/fresh")
async def fresh():
    before = state["runs"]
    await asyncio.sleep(3)
    return {"runs": state["runs"] - before}


if __name__ == "__main__":
    import json
    import urllib.request

    service = _lab.uvicorn(env={"FEED": _lab.silent()})
    answer = urllib.request.urlopen(f"http://127.0.0.1:{service.port}/fresh")
    _lab.ready(service, works=json.load(answer)["runs"] > 0)
