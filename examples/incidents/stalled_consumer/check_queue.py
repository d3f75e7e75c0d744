"""A test that would have found the stall: more baskets than the queue holds."""

import asyncio

import pytest
from redis.asyncio import Redis

from examples import lab
from examples.incidents.stalled_consumer import repro


# --8<-- [start:check]
@pytest.mark.parametrize("worker", [repro.work, repro.work_alone])
def test_baskets_are_priced(worker: repro.Work) -> None:
    """Two workers price twenty legs within five seconds, through a queue of two."""

    async def price() -> None:
        queue: repro.Queue = asyncio.Queue(maxsize=2)
        async with lab.redis() as url, Redis.from_url(url) as store:
            workers = [asyncio.create_task(worker(store, queue)) for _ in range(2)]
            async with asyncio.timeout(5):
                for _ in range(4):
                    await queue.put((b"0-1", "basket"))

                async def all_priced() -> bool:
                    return await store.get("priced") == b"20"

                await lab.until(all_priced)
            for task in workers:
                task.cancel()

    asyncio.run(price())


# --8<-- [end:check]
