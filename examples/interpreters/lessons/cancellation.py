"""What becomes of running work when its caller gives up on it.

Each tool is tried in a process of its own, since work that cannot be stopped
would keep this script from ending.
"""

import asyncio
import os
import subprocess
import sys
import time
from concurrent.futures import Executor, wait

from examples.interpreters.lessons import work
from examples.interpreters.lessons.pools import POOLS, TOOLS

PATIENCE = 0.5  # seconds that work gets to end after it was told to


async def cancel_task() -> None:
    """Cancel a task that waits."""
    task = asyncio.create_task(asyncio.sleep(work.DEADLINE))
    await asyncio.sleep(0)  # so that it reaches its wait
    cancelled = task.cancel()
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    print(f"cancel() {cancelled}, {state(done)}")


def cancel_future(pool: Executor) -> None:
    """Cancel a slice that computes, then kill its worker where the pool can."""
    pool.submit(work.echo, 0).result()  # so that the worker is up
    running = pool.submit(work.run_away)
    while not running.running():
        time.sleep(0.01)
    cancelled = running.cancel()
    outcome = f"cancel() {cancelled}, {state(wait({running}, timeout=PATIENCE).done)}"
    kill = getattr(pool, "kill_workers", None)
    if kill is None:
        print(f"{outcome}; the pool cannot kill a worker", flush=True)
        os._exit(0)
    kill()
    # Less than the work gives itself, so that only the kill can have ended it.
    print(f"{outcome}; kill_workers(): {state(wait({running}, timeout=work.DEADLINE / 2).done)}")


def state(done: object) -> str:
    """Name what a wait with a timeout came back with."""
    return "ended" if done else "still runs"


def main() -> None:
    """Print one row for each tool."""
    for tool in TOOLS:
        command = [sys.executable, "-m", "examples.interpreters.lessons.cancellation", tool]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        print(f"{tool:11}  {done.stdout.strip()}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            main()
        case ["asyncio"]:
            asyncio.run(cancel_task())
        case [tool]:
            cancel_future(POOLS[tool](1))
