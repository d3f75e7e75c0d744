"""Every thread of the default executor waits in a queue for events, so no file is written."""

import asyncio
import queue
from pathlib import Path

import _lab

done = []
feeds: list[queue.Queue] = []


def next_event(feed: queue.Queue) -> str:
    return feed.get()


async def follow(feed: queue.Queue) -> None:
    while True:
        await asyncio.to_thread(next_event, feed)


async def save(number: int) -> None:
    await asyncio.to_thread(Path("/dev/null").write_text, str(number))
    done.append(number)


async def saves() -> None:
    for number in range(1_000_000):
        await save(number)
        await asyncio.sleep(0.05)


async def subscribe(group: asyncio.TaskGroup) -> None:
    for _ in range(2 if _lab.FIXED else 40):
        await asyncio.sleep(0.05)
        feeds.append(queue.Queue())
        group.create_task(follow(feeds[-1]))


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(subscribe(group))
        group.create_task(saves())
        group.create_task(_lab.watch(done))


asyncio.run(main())
