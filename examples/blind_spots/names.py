"""Task names outside ASCII: ps prints them as NUL bytes."""

import asyncio

from examples import lab


async def serve() -> None:
    """Wait in tasks with names from real life."""
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(3600), name="orders Zürich")
        group.create_task(asyncio.sleep(3600), name="注文")
        group.create_task(asyncio.sleep(3600), name="orders Zurich")
        asyncio.get_running_loop().call_soon(lab.ready)


if __name__ == "__main__":
    asyncio.run(serve())
