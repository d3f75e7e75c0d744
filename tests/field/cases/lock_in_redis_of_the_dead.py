"""Locks in Redis that never expire were taken by a process that died; two jobs wait for two."""

import asyncio
import os

import redis.asyncio as redis

import _lab

done = []


async def close_books(client: redis.Redis, branch: str) -> None:
    async with client.lock(f"books-{branch}", timeout=1 if _lab.FIXED else None, sleep=0.2):
        done.append(branch)


async def nightly(client: redis.Redis, branch: str) -> None:
    while True:
        await close_books(client, branch)
        await asyncio.sleep(0.1)


async def main() -> None:
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    for branch in ("north", "south"):
        await client.set(f"books-{branch}", "host-17", px=1000 if _lab.FIXED else None)
    async with asyncio.TaskGroup() as group:
        for branch in ("north", "south"):
            group.create_task(nightly(client, branch))
        group.create_task(_lab.watch(done))


asyncio.run(main())
