"""A worker of saq; under load it works on short sleeps."""

import asyncio
import os

import saq

import _program

queue = saq.Queue.from_url(os.environ.get("REDIS_URL", "redis://"), name="naps")


async def nap(context, *, seconds: float) -> None:
    await asyncio.sleep(seconds)


settings = {"queue": queue, "functions": [nap], "concurrency": 4}


async def feed() -> None:
    await queue.connect()
    while True:
        await queue.enqueue("nap", seconds=0.05)
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    worker = _program.start("-m", "saq", "saq_worker.settings", listens=False)
    _program.load(lambda: asyncio.run(feed()))
    _program.ready(worker.pid)
