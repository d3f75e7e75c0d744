"""More than 65,535 tasks: ps takes the list for corrupted."""

import asyncio

from examples import lab


async def handle(message: int) -> int:
    """Take long."""
    await asyncio.sleep(3600)
    return message


async def consume() -> None:
    """Start a task for every message, with no bound."""
    async with asyncio.TaskGroup() as group:
        for message in range(65_536):
            group.create_task(handle(message))
        group.create_task(tick(), name="tick")
        asyncio.get_running_loop().call_soon(lab.ready)


async def tick() -> None:
    """Look after the connection ten times a second."""
    while True:  # noqa: ASYNC110 # a timer that lets the loop wake, as real services have
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(consume())
