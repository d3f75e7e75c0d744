"""Jobs wait for the results of other jobs, for which the worker has no slot left. Arq."""

import asyncio
import os
import sys
import time

from arq import create_pool
from arq.connections import RedisSettings

import _lab

REDIS = RedisSettings.from_dsn(os.environ.get("REDIS_URL", "redis://localhost"))


async def price(_, number: int) -> int:
    return number


async def order(context, number: int) -> None:
    if not _lab.FIXED:
        job = await context["redis"].enqueue_job("price", number)
        await job.result(poll_delay=0.2)
    await context["redis"].incr("orders-done")


class WorkerSettings:
    functions = [order, price]  # noqa: RUF012 # as arq documents it
    redis_settings = REDIS
    max_jobs = 3
    job_timeout = 3600


async def feed() -> None:
    store = await create_pool(REDIS)
    await store.delete("orders-done", "arq:queue")
    for number in range(200):
        await store.enqueue_job("order", number)


async def done() -> int:
    store = await create_pool(REDIS)
    return int(await store.get("orders-done") or 0)


if __name__ == "__main__":
    asyncio.run(feed())
    settings = f"{_lab.SCRIPT.stem}.WorkerSettings"
    service = _lab.serve(sys.executable, "-m", "arq", settings, listens=False)
    time.sleep(8)
    _lab.ready(service, works=asyncio.run(done()) > 0)
