"""Six hundred nested tasks: pstree runs out of recursion."""

import asyncio

from examples import lab


async def nest(depth: int) -> None:
    """Wait for a task that waits for a task, and so on."""
    if depth == 0:
        asyncio.get_running_loop().call_soon(lab.ready)
        await asyncio.Event().wait()
    else:
        await asyncio.create_task(nest(depth - 1))


if __name__ == "__main__":
    asyncio.run(nest(600))
