"""A Redis Streams consumer and its workers fill one queue, and nobody is left to empty it."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from fastapi import FastAPI
from redis.asyncio import Redis

from examples import lab

STREAM, GROUP = "baskets", "pricing"

type Queue = asyncio.Queue[tuple[bytes, str]]
type Work = Callable[[Redis, Queue], Coroutine[None, None, None]]


# --8<-- [start:consume]
async def consume(store: Redis, queue: Queue) -> None:
    """Read ten baskets at a time, and hand each to the workers."""
    while True:
        read: Any = await store.xreadgroup(GROUP, "pod-1", {STREAM: ">"}, count=10, block=1000)
        for _, entries in read:
            for entry, _ in entries:
                await queue.put((entry, "basket"))


# --8<-- [end:consume]


# --8<-- [start:fault]
async def work(store: Redis, queue: Queue) -> None:
    """Split a basket into its legs, and hand those to all workers."""
    while True:
        entry, kind = await queue.get()
        if kind == "leg":
            await store.incr("priced")
        else:
            for _ in range(5):
                await queue.put((entry, "leg"))
            await store.xack(STREAM, GROUP, entry)


# --8<-- [end:fault]


# --8<-- [start:fixed]
async def work_alone(store: Redis, queue: Queue) -> None:
    """Price the legs of a basket here: who takes from the queue never puts into it."""
    while True:
        entry, _ = await queue.get()
        for _ in range(5):
            await store.incr("priced")
        await store.xack(STREAM, GROUP, entry)


# --8<-- [end:fixed]


def service(worker: Work) -> FastAPI:
    """Make the service around one of the two workers."""

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        queue: Queue = asyncio.Queue(maxsize=4)
        async with Redis.from_url(os.environ["REDIS_URL"]) as store:
            tasks = [
                asyncio.create_task(consume(store, queue), name="consumer"),
                asyncio.create_task(worker(store, queue), name="worker-1"),
                asyncio.create_task(worker(store, queue), name="worker-2"),
            ]
            yield
            for task in tasks:
                task.cancel()

    app = FastAPI(lifespan=lifespan)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(work)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(work_alone)


@contextlib.asynccontextmanager
async def thirty_baskets(factory: str) -> AsyncIterator[lab.Service]:
    """Let the service find thirty baskets, and wait until it has done what it can."""
    pending_and_lag = (0, 0) if factory.endswith(":fixed") else (10, 20)
    async with lab.redis() as url, Redis.from_url(url) as store:
        await store.xgroup_create(STREAM, GROUP, mkstream=True)
        for number in range(30):
            await store.xadd(STREAM, {"basket": number})
        async with lab.uvicorn(factory, env={"REDIS_URL": url}) as target:

            async def at_rest() -> bool:
                group = (await store.xinfo_groups(STREAM))[0]
                return (group["pending"], group["lag"]) == pending_and_lag

            await lab.until(at_rest)
            yield lab.Service(target.pid, target.url, url)


if __name__ == "__main__":
    lab.run(__file__, thirty_baskets)
