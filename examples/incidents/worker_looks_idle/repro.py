"""A TaskIQ worker is killed; its job stays pending, and the next worker looks idle."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from redis.asyncio import Redis
from taskiq import TaskiqEvents, TaskiqState
from taskiq.kicker import AsyncKicker
from taskiq_redis import RedisStreamBroker

from examples import lab

STREAM = GROUP = "jobs"


# --8<-- [start:job]
async def settle(trade: str) -> None:
    """Wait for the confirmation of a trade, then settle it."""
    async with Redis.from_url(os.environ["REDIS_URL"], socket_timeout=None) as store:
        await store.rpush("asked", trade)
        await store.blpop(["confirmations"])
        await store.rpush("settled", trade)


# --8<-- [end:job]


# --8<-- [start:fault]
def broker(url: str) -> RedisStreamBroker:
    """Make a broker that reclaims a job when nobody has acknowledged it for a second."""
    started = datetime.now(UTC).isoformat()
    return RedisStreamBroker(
        url,
        STREAM,
        consumer_group_name=GROUP,
        consumer_name=f"worker-{started}",
        consumer_id="0",
        idle_timeout=1000,
    )


# --8<-- [end:fault]


def faulty() -> RedisStreamBroker:
    """Make the broker as it was in the incident."""
    jobs = broker(os.environ["REDIS_URL"])
    jobs.register_task(settle, task_name="settle")
    return jobs


# --8<-- [start:fixed]
def with_ticks(jobs: RedisStreamBroker, seconds: float) -> RedisStreamBroker:
    """Let each worker send itself a job every now and then, so that it reclaims."""

    @jobs.task(task_name="tick")
    async def tick() -> None:
        """Do nothing: it is enough to arrive."""

    async def send_ticks() -> None:
        while True:
            await tick.kiq()
            await asyncio.sleep(seconds)

    @jobs.on_event(TaskiqEvents.WORKER_STARTUP)
    async def start(state: TaskiqState) -> None:
        state.ticks = asyncio.create_task(send_ticks())

    @jobs.on_event(TaskiqEvents.WORKER_SHUTDOWN)
    async def stop(state: TaskiqState) -> None:
        state.ticks.cancel()

    return jobs


# --8<-- [end:fixed]


def fixed() -> RedisStreamBroker:
    """Make the fixed broker."""
    return with_ticks(faulty(), seconds=0.2)


@contextlib.asynccontextmanager
async def killed_at_work(factory: str) -> AsyncIterator[lab.Service]:
    """Kill a worker that waits for a confirmation, and let its successor find it there."""
    async with (
        lab.redis(needs_server=True) as url,
        Redis.from_url(url, socket_timeout=None) as store,
    ):
        sender = broker(url)
        await sender.startup()
        await AsyncKicker[[str], None]("settle", sender, {}).kiq("T-1")
        await sender.shutdown()
        async with lab.taskiq(factory, env={"REDIS_URL": url}) as manager:
            await store.blpop(["asked"])
            victim = await lab.worker(manager)
            os.kill(victim, signal.SIGKILL)
            await store.rpush("confirmations", "yes", "yes")
            successor = await lab.worker(manager, other_than=victim)

            async def reads() -> bool:
                return "xreadgroup" in [client["cmd"] for client in await store.client_list()]

            await lab.until(reads)
            yield lab.Service(successor, redis_url=url)


if __name__ == "__main__":
    lab.run(__file__, killed_at_work)
