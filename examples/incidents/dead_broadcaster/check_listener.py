"""A test that would have found the listener that dies: Redis closes its connection."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
from redis.asyncio import Redis

from examples import lab
from examples.incidents.dead_broadcaster import repro


# --8<-- [start:check]
@pytest.mark.parametrize("broadcaster", [repro.listen, repro.keep_listening])
def test_listener_survives_a_lost_connection(
    broadcaster: Callable[[], Coroutine[None, None, None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The listener subscribes again after Redis closed its connection."""

    async def lose_connection() -> None:
        async with (
            lab.redis() as url,
            Redis.from_url(url, retry=None) as client,
            asyncio.TaskGroup() as tasks,
        ):

            async def subscribed() -> bool:
                [(_, listeners)] = await client.pubsub_numsub("updates")
                return bool(listeners)

            monkeypatch.setattr(repro, "redis", client)
            listener = tasks.create_task(broadcaster())
            await lab.until(subscribed)
            await client.client_kill_filter(_type="pubsub")
            await lab.until(subscribed)
            listener.cancel()

    asyncio.run(lose_connection())


# --8<-- [end:check]
