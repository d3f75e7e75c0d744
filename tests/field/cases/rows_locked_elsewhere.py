"""Rows are updated that another session of the database has locked, and no timeout is set."""

import asyncio
import os

import psycopg

import _lab

done = []
DSN = os.environ["PG_DSN"]


async def count_up(connection: psycopg.AsyncConnection, counter: str) -> None:
    await connection.execute("update counters set value = value + 1 where name = %s", [counter])
    await connection.commit()


async def count(counter: str) -> None:
    async with await psycopg.AsyncConnection.connect(DSN) as connection:
        while True:
            await count_up(connection, counter)
            done.append(1)
            await asyncio.sleep(0.05)


async def main() -> None:
    with psycopg.connect(DSN) as elsewhere:
        elsewhere.execute("create table if not exists counters (name text primary key, value int)")
        elsewhere.execute("delete from counters")
        elsewhere.execute("insert into counters values ('a', 0), ('b', 0), ('c', 0)")
        elsewhere.commit()
        if not _lab.FIXED:
            elsewhere.execute("select * from counters for update")
        async with asyncio.TaskGroup() as group:
            for counter in "abc":
                group.create_task(count(counter))
            group.create_task(_lab.watch(done))


asyncio.run(main())
