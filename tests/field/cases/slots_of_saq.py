"""Two jobs wait for a lock that a third one, long failed, did not give back. A SAQ worker."""

import asyncio
import os
import sys

import saq

import _lab

queue = saq.Queue.from_url(os.environ["REDIS_URL"], name="field-saq")
stock = asyncio.Lock()


async def book(item: int) -> None:
    await stock.acquire()
    if _lab.FIXED:
        try:
            check(item)
        finally:
            stock.release()
    else:
        check(item)
        stock.release()


def check(item: int) -> None:
    if item % 10 == 9:
        raise ValueError("unknown item")


async def reserve(context, *, item: int) -> None:
    await book(item)
    await queue.redis.incr("items-reserved")


settings = {"queue": queue, "functions": [reserve], "concurrency": 3}


async def feed(done: list[int]) -> None:
    for item in range(1_000_000):
        await queue.enqueue("reserve", item=item, timeout=0)
        await asyncio.sleep(0.1)
        count = int(await queue.redis.get("items-reserved") or 0)
        done += [1] * (count - len(done))


async def main(service: _lab.Service) -> None:
    await queue.connect()
    done = []
    async with asyncio.TaskGroup() as group:
        group.create_task(feed(done))
        while not done:
            await asyncio.sleep(0.1)
        group.create_task(_lab.watch(done, seconds=4, pid=service.pid))


if __name__ == "__main__":
    command = [sys.executable, "-m", "saq", f"{_lab.SCRIPT.stem}.settings"]
    service = _lab.serve(*command, listens=False)
    asyncio.run(main(service))
