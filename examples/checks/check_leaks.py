"""A leak check in a test: no task that a block starts may outlive it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from pyleak import no_task_leaks


async def forgetful() -> None:
    """Start a task and forget it."""
    asyncio.create_task(asyncio.sleep(3600), name="poll prices")  # noqa: RUF006 # the fault


async def tidy() -> None:
    """Start a task and end it before leaving."""
    async with asyncio.TaskGroup() as owner:
        poller = owner.create_task(asyncio.sleep(3600), name="poll prices")
        poller.cancel()


# --8<-- [start:check]
@pytest.mark.parametrize("handler", [forgetful, tidy])
def test_handler_leaves_no_task(handler: Callable[[], Awaitable[None]]) -> None:
    """Every task that the handler starts has ended when it returns."""

    async def call() -> None:
        async with no_task_leaks(action="raise"):
            await handler()

    asyncio.run(call())


# --8<-- [end:check]
