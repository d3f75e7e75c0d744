"""Task groups without a pause: the name of each task tells its stack and who awaits it."""

import asyncio
import sys


async def leaf() -> None:
    """Give way once."""
    await asyncio.sleep(0)


async def middle() -> None:
    """Give way a frame deeper."""
    await leaf()


async def waits() -> None:
    """Wait in a timer that is cancelled soon."""
    await asyncio.sleep(0.002)


KINDS = {"leaf": leaf, "middle": middle, "waits": waits}


async def worker(number: int) -> None:
    """Start groups of tasks for ever."""
    turn = 0
    while True:
        async with asyncio.TaskGroup() as group:
            for name, function in KINDS.items():
                for index in range(4):
                    group.create_task(function(), name=f"{number}/{name}/{turn}/{index}")
        turn += 1


async def main() -> None:
    """Run as many workers as asked for."""
    workers = [
        asyncio.create_task(worker(number), name=f"{number}/worker")
        for number in range(int(sys.argv[1]))
    ]
    # Said when this task waits for them, and not a moment before.
    asyncio.get_running_loop().call_soon(lambda: print("ready", flush=True))
    await asyncio.gather(*workers)


asyncio.run(main())
