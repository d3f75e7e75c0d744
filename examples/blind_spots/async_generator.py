"""``async for`` over an async generator: what the generator waits for is hidden."""

import asyncio
from collections.abc import AsyncIterator

from examples import lab


async def updates(queue: asyncio.Queue[str]) -> AsyncIterator[str]:
    """Give what comes, and look after the connection ten times a second."""
    while True:
        try:
            async with asyncio.timeout(0.1):
                update = await queue.get()
        except TimeoutError:
            continue
        yield update


async def broadcast() -> None:
    """Send each update to everybody."""
    async for update in updates(asyncio.Queue()):
        print(update)


async def serve() -> None:
    """Run the broadcaster."""
    async with asyncio.TaskGroup() as group:
        group.create_task(broadcast(), name="broadcaster")
        asyncio.get_running_loop().call_soon(lab.ready)


if __name__ == "__main__":
    asyncio.run(serve())
