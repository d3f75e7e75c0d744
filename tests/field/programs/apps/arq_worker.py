"""A worker of arq; under load it works on short sleeps."""

import asyncio
import os

import arq

import _program

settings = arq.connections.RedisSettings.from_dsn(os.environ.get("REDIS_URL", "redis://"))


async def nap(context, seconds: float) -> None:
    await asyncio.sleep(seconds)


class WorkerSettings:
    functions = (nap,)
    redis_settings = settings


async def feed() -> None:
    queue = await arq.create_pool(settings)
    while True:
        await queue.enqueue_job("nap", 0.05)
        await asyncio.sleep(0.02)


if __name__ == "__main__":
    worker = _program.start("-m", "arq", "arq_worker.WorkerSettings", listens=False)
    _program.load(lambda: asyncio.run(feed()))
    _program.ready(worker.pid)
