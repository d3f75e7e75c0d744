"""A converter was stopped by a signal, and its parent waits for its end."""

import asyncio
import os
import signal

import _lab

done = []


async def convert() -> None:
    child = await asyncio.create_subprocess_exec("sleep", "0.1")
    if not _lab.FIXED:
        os.kill(child.pid, signal.SIGSTOP)
    await child.wait()


async def work() -> None:
    while True:
        await convert()
        done.append(1)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(work())
        group.create_task(_lab.watch(done))


asyncio.run(main())
