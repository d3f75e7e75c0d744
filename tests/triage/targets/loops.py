"""Loops that wait on purpose: for a stream that stays empty, and for the time to poll again."""

import asyncio
import os
import sys

from redis.asyncio import Redis


async def consume() -> None:
    """Wait for entries of an empty stream."""
    async with Redis.from_url(os.environ["REDIS_URL"], socket_timeout=None) as client:
        await client.client_setname("consumer")
        while True:
            await client.xread({"empty": "$"}, block=0)


async def poll() -> None:
    """Look for work ten times a second."""
    async with Redis.from_url(os.environ["REDIS_URL"]) as client:
        await client.client_setname("consumer")
        while True:
            await client.get("work")
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run({"consume": consume, "poll": poll}[sys.argv[1]]())
