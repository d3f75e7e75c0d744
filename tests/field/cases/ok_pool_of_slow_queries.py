"""Reports of three seconds use all connections of a pool, and each gets its turn. Asyncpg."""

import asyncio
import os

import asyncpg

import _lab

done = []


async def report(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        await connection.execute("select pg_sleep(3)")
    done.append(1)


async def reports(pool: asyncpg.Pool) -> None:
    while True:
        await report(pool)


async def main() -> None:
    async with (
        asyncpg.create_pool(os.environ["PG_DSN"], min_size=2, max_size=2) as pool,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(5):
            group.create_task(reports(pool))
        group.create_task(_lab.watch(done, seconds=4))


asyncio.run(main())
