"""Two tasks that await each other: pstree draws nothing at all."""

import asyncio

from examples import lab

steps: dict[str, asyncio.Task[None]] = {}


async def step(other: str) -> None:
    """Wait until the other step is done."""
    await asyncio.sleep(0)
    await steps[other]


async def orchestrate() -> None:
    """Run both steps, and an innocent third task."""
    async with asyncio.TaskGroup() as group:
        steps["pay"] = group.create_task(step("ship"), name="pay")
        steps["ship"] = group.create_task(step("pay"), name="ship")
        group.create_task(asyncio.sleep(3600), name="innocent")
        asyncio.get_running_loop().call_later(0.1, lab.ready)


if __name__ == "__main__":
    asyncio.run(orchestrate())
