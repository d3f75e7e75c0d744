"""A worker without a fault: short jobs that say which process ran them."""

import asyncio
import os

from redis.asyncio import Redis
from taskiq_redis import RedisStreamBroker

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1")
broker = RedisStreamBroker(REDIS_URL)


@broker.task
async def work() -> None:
    """Wait a little, as a job that asks another service does."""
    async with Redis.from_url(REDIS_URL) as client:
        await client.sadd("workers", os.getpid())
    await asyncio.sleep(0.05)
