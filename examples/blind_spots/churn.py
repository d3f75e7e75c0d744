"""A loop that makes and ends tasks as fast as it can: reads meet half-written structures."""

import asyncio

from examples import lab


async def unit() -> None:
    """Yield to the loop once."""
    await asyncio.sleep(0)


async def work() -> None:
    """Run twenty tasks at a time, for ever."""
    while True:
        async with asyncio.TaskGroup() as group:
            for number in range(20):
                # With a name of its own, which goes when the task does.
                group.create_task(unit(), name=f"unit {number}")


async def serve() -> None:
    """Run fifty of these."""
    async with asyncio.TaskGroup() as group:
        for _ in range(50):
            group.create_task(work())
        asyncio.get_running_loop().call_soon(lab.ready)


if __name__ == "__main__":
    asyncio.run(serve())
