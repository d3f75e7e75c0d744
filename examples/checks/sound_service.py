"""A service that keeps the rules of the policy: a Redis Streams consumer behind an API."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import cast

from fastapi import FastAPI
from redis.asyncio import Redis

STREAM = "prices"
ANSWER = 5.0  # seconds that Redis gets to answer

type Answer = list[tuple[str, list[tuple[str, dict[str, str]]]]]


@dataclass
class Progress:
    """What tells a consumer that works from one that is merely alive."""

    handled: int = 0
    last_id: str = "0"
    last_at: float = 0.0  # seconds since the epoch
    waiting: int = 0  # messages in the queue


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Own the tasks of the service: what is started here is cancelled here."""
    app.state.progress = progress = Progress()
    queue: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
    url = os.environ["REDIS_URL"]
    async with (
        Redis.from_url(url, socket_timeout=ANSWER, decode_responses=True) as client,
        asyncio.TaskGroup() as owner,
    ):
        consumer = owner.create_task(consume(client, queue), name=f"consume {STREAM}")
        worker = owner.create_task(work(queue, progress), name=f"work {STREAM}")
        yield
        consumer.cancel()
        worker.cancel()


async def consume(client: Redis, queue: asyncio.Queue[str]) -> None:
    """Move messages from the stream to the queue, and wait while it is full."""
    last = "0"
    while True:
        async with asyncio.timeout(2 * ANSWER):
            answer = await client.xread({STREAM: last}, count=10, block=1000)
        for _, messages in cast("Answer", answer):
            for last, _ in messages:
                await queue.put(last)


async def work(queue: asyncio.Queue[str], progress: Progress) -> None:
    """Handle one message after another, and note how far it got."""
    while True:
        progress.last_id = await queue.get()
        progress.handled += 1
        progress.last_at = time.time()
        progress.waiting = queue.qsize()


app = FastAPI(lifespan=lifespan)


@app.get("/progress")
async def progress() -> dict[str, float | str]:
    """Tell how far the consumer got."""
    return asdict(app.state.progress)


def service() -> FastAPI:
    """Give the application to ``uvicorn --factory``."""
    return app
