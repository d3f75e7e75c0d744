"""A long-lived process of its own, which the API or a worker starts beside itself."""

import asyncio
import os

from redis.asyncio import Redis


async def follow() -> None:
    """Read the stream of prices without end."""
    url = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
    async with Redis.from_url(url, socket_timeout=None) as redis:
        while True:
            await redis.xread({"prices": "$"}, block=60_000)


async def main() -> None:
    """Own the task, which has a name."""
    async with asyncio.TaskGroup() as group:
        group.create_task(follow(), name="follow prices")


if __name__ == "__main__":
    asyncio.run(main())
