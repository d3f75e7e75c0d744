"""How many tasks of a service `asyncio ps` shows while each tool is at work.

The service has a main task and three consumers, and hands work to a pool of
its own process.
"""

import asyncio
import os
import re
import subprocess
import sys

from examples.candidates import work
from examples.candidates.pools import POOLS

ATTEMPTS = 20  # a read that meets a change in progress ends with status 1 and is made again


async def consume() -> None:
    """Wait for messages that do not come."""
    await asyncio.Event().wait()


async def shown() -> str:
    """Say what `asyncio ps` shows of this process, and its exit status."""
    command = (sys.executable, "-m", "asyncio", "ps", str(os.getpid()))
    for _ in range(ATTEMPTS):
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            break
    names = re.findall(r"\bconsumer-\d", done.stdout)
    return f"{len(set(names))} of 3 consumers  exit {done.returncode}"


async def service() -> None:
    """Run the consumers beside each pool in turn, and look."""
    async with asyncio.TaskGroup() as consumers:
        waiting = [consumers.create_task(consume(), name=f"consumer-{n}") for n in (1, 2, 3)]
        await asyncio.sleep(0)  # so that each consumer reaches its wait
        print(f"{'no pool':24}  {await shown()}")
        for tool, make in POOLS.items():
            pool = make(1)
            await asyncio.wrap_future(pool.submit(work.spin, 1))
            print(f"{tool + ' pool':24}  {await shown()}")
            pool.shutdown()
        print(f"{'interpreter pool shut':24}  {await shown()}")
        for task in waiting:
            task.cancel()


if __name__ == "__main__":
    asyncio.run(service())
