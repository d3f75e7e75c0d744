"""Jobs that never end hold every slot of a TaskIQ worker."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable

from redis.asyncio import Redis
from taskiq.kicker import AsyncKicker
from taskiq_redis import RedisStreamBroker

from examples import lab

STREAM = GROUP = "jobs"
SLOTS = 3
PRICES = ("127.0.0.1", int(os.environ.get("PRICES_PORT", "0")))


# --8<-- [start:fault]
async def score(symbol: str) -> None:
    """Score by the price that the price service gives."""
    await fetch_price(symbol)


# --8<-- [end:fault]


# --8<-- [start:fixed]
async def score_with_deadline(symbol: str) -> None:
    """Score by the price that the price service gives within half a second."""
    async with asyncio.timeout(0.5):
        await fetch_price(symbol)


# --8<-- [end:fixed]


# --8<-- [start:client]
async def fetch_price(symbol: str) -> str:
    """Send one line, read one line."""
    reader, writer = await asyncio.open_connection(*PRICES)
    try:
        writer.write(f"{symbol}\n".encode())
        return (await reader.readline()).decode()
    finally:
        writer.close()


# --8<-- [end:client]


def broker(url: str) -> RedisStreamBroker:
    """Make a broker that also hands out the jobs from before its first start."""
    return RedisStreamBroker(
        url, STREAM, consumer_group_name=GROUP, consumer_name="pod-1", consumer_id="0"
    )


def worker(job: Callable[[str], Awaitable[None]]) -> RedisStreamBroker:
    """Make the broker of a worker that knows one of the two jobs."""
    jobs = broker(os.environ["REDIS_URL"])
    jobs.register_task(job, task_name="score")
    return jobs


def faulty() -> RedisStreamBroker:
    """Make the broker as it was in the incident."""
    return worker(score)


def fixed() -> RedisStreamBroker:
    """Make the fixed broker."""
    return worker(score_with_deadline)


@contextlib.asynccontextmanager
async def six_jobs(factory: str) -> AsyncIterator[lab.Service]:
    """Let a worker with three slots find six jobs, and wait until it has done what it can."""
    pending = 0 if factory.endswith(":fixed") else 6
    async with (
        lab.redis(needs_server=True) as url,
        Redis.from_url(url) as store,
        lab.SilentDownstream() as prices,
    ):
        sender = broker(url)
        await sender.startup()
        for symbol in ("A", "B", "C", "D", "E", "F"):
            await AsyncKicker[[str], None]("score", sender, {}).kiq(symbol)
        await sender.shutdown()
        variables = {"REDIS_URL": url, "PRICES_PORT": str(prices.port)}
        options = ["--max-async-tasks", str(SLOTS)]
        async with lab.taskiq(factory, *options, env=variables) as manager:
            await prices.received(SLOTS)

            async def at_rest() -> bool:
                return bool((await store.xpending(STREAM, GROUP))["pending"] == pending)

            await lab.until(at_rest)
            yield lab.Service(await lab.worker(manager), redis_url=url)


if __name__ == "__main__":
    lab.run(__file__, six_jobs)
