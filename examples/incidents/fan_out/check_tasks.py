"""A test that would have found the fan-out: more work makes no more tasks."""

import asyncio
import contextlib
from collections.abc import Callable

import pytest

from examples import lab
from examples.incidents.fan_out import repro


# --8<-- [start:check]
@pytest.mark.parametrize("pricing", [repro.a_task_for_each, repro.ten_tasks])
def test_tasks_do_not_grow_with_the_work(
    pricing: Callable[[], contextlib.AbstractAsyncContextManager[repro.Submit]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A thousand positions are in work, and there are few tasks."""

    async def submit_many() -> None:
        async with lab.SilentDownstream() as prices:
            monkeypatch.setattr(repro, "PRICES", ("127.0.0.1", prices.port))
            async with pricing() as submit:
                submit(1000)
                await prices.received(repro.CONNECTIONS)
                assert len(asyncio.all_tasks()) < 50

    asyncio.run(submit_many())


# --8<-- [end:check]
