"""A batch of 2,000 downloads goes ten at a time through a semaphore, 4 s each. Aiohttp."""

import asyncio
import os

import aiohttp

import _lab

done = []


async def download(limit: asyncio.Semaphore, session: aiohttp.ClientSession, url: str) -> None:
    async with limit, session.get(url) as answer:
        done.append(await answer.read())


async def watch() -> None:
    while not done:
        await asyncio.sleep(0.1)
    _lab.say_ready(os.getpid(), works=True)


async def main() -> None:
    url = _lab.upstream(seconds=4)
    limit = asyncio.Semaphore(10)
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        group.create_task(watch())
        for _ in range(2_000):
            group.create_task(download(limit, session, url))


asyncio.run(main())
