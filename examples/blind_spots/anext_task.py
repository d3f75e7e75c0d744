"""A task made from ``anext()``: ps fails for the whole process."""

import asyncio
from collections.abc import AsyncGenerator

from examples import lab


async def messages() -> AsyncGenerator[str]:
    """Ask for a message ten times a second, and never get one."""
    while True:  # noqa: ASYNC110 # the message that would end this never comes
        await asyncio.sleep(0.1)
    yield ""


async def consume() -> str:
    """Take the next message in a task, as a consumer does that can be told to stop."""
    following = asyncio.create_task(messages().__anext__(), name="next message")
    asyncio.get_running_loop().call_soon(lab.ready)
    return await following


if __name__ == "__main__":
    asyncio.run(consume())
