"""A test that would have found the lost job: kill the worker that runs it."""

import asyncio

import pytest
from redis.asyncio import Redis

from examples.incidents.worker_looks_idle import repro


# --8<-- [start:check]
@pytest.mark.parametrize("factory", ["faulty", "fixed"])
def test_job_survives_its_worker(factory: str) -> None:
    """The next worker settles the trade within ten seconds."""

    async def settled() -> bool:
        async with (
            repro.killed_at_work(f"{repro.__name__}:{factory}") as successor,
            Redis.from_url(successor.redis_url, socket_timeout=None) as store,
        ):
            return await store.blpop(["settled"], timeout=10) is not None

    assert asyncio.run(settled())


# --8<-- [end:check]
