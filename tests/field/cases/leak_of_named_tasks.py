"""Each session starts a keeper with its own name, and nobody stops it when the session ends."""

import asyncio
import os

import _lab

keepers = {}


async def keep_alive(session: int, ended: asyncio.Event) -> None:
    await ended.wait()
    del keepers[session]


async def session(number: int) -> None:
    ended = asyncio.Event()
    keepers[number] = asyncio.create_task(keep_alive(number, ended), name=f"keeper-{number}")
    await asyncio.sleep(0.05)
    if _lab.FIXED:
        ended.set()


async def accept(group: asyncio.TaskGroup) -> None:
    for number in range(1_000_000):
        group.create_task(session(number), name=f"session-{number}")
        await asyncio.sleep(0.08)


async def reached() -> None:
    await asyncio.sleep(15)
    _lab.say_ready(os.getpid(), works=len(keepers) < 50)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(accept(group))
        group.create_task(reached())


asyncio.run(main())
