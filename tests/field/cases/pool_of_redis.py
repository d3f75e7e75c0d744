"""Sessions wait for messages on the two connections of a pool, and all else waits for those."""

import asyncio
import os

import redis.asyncio as redis

import _lab

done = []


async def next_message(client: redis.Redis, user: int) -> None:
    await client.blpop([f"inbox-{user}"], timeout=0)


async def session(client: redis.Redis, user: int) -> None:
    while True:
        await next_message(client, user)


async def count_visit(client: redis.Redis) -> None:
    await client.incr("visits")
    done.append(1)


async def visits(client: redis.Redis) -> None:
    while True:
        await count_visit(client)
        await asyncio.sleep(0.05)


async def main() -> None:
    pool = redis.BlockingConnectionPool.from_url(
        os.environ["REDIS_URL"], max_connections=2, timeout=None
    )
    client = redis.Redis(connection_pool=pool)
    async with asyncio.TaskGroup() as group:
        for user in range(1 if _lab.FIXED else 3):
            group.create_task(session(client, user))
        await asyncio.sleep(0.2)
        for _ in range(3):
            group.create_task(visits(client))
        group.create_task(_lab.watch(done))


asyncio.run(main())
