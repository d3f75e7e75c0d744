"""Two consumers wait in a blocking pop for work that comes every ten seconds."""

import asyncio
import os

import redis.asyncio as redis

import _lab

done = []


async def next_order(client: redis.Redis) -> None:
    await client.blpop(["orders"], timeout=0)
    done.append(1)


async def consume(client: redis.Redis) -> None:
    while True:
        await next_order(client)


async def produce(client: redis.Redis) -> None:
    while True:
        await client.rpush("orders", 1)
        await asyncio.sleep(10)


async def main() -> None:
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(consume(client))
        group.create_task(produce(client))
        group.create_task(_lab.watch(done, seconds=11))


asyncio.run(main())
