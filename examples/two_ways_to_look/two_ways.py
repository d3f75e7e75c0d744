"""Look at three services from outside, and by running code inside them.

`asyncio ps` reads the memory of the target. `sys.remote_exec` asks the target
to run a script, which happens when its main thread next runs Python code.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from examples import lab

PATIENCE = 2.0  # seconds that the target gets to run the script


async def with_timer() -> None:
    """Wake up many times in a second."""
    while True:  # noqa: ASYNC110 # a poll loop is what this target is
        await asyncio.sleep(0.05)


async def idle() -> None:
    """Wait for something that does not come."""
    await asyncio.Event().wait()


async def blocked() -> None:
    """Block the loop."""
    time.sleep(3600)  # noqa: ASYNC251 # the fault


TARGETS: dict[str, Callable[[], Awaitable[None]]] = {
    "loop with a timer": with_timer,
    "idle loop": idle,
    "blocked loop": blocked,
}


async def serve(name: str) -> None:
    """Be one of the targets."""
    asyncio.create_task(asyncio.sleep(3600), name="job")  # noqa: RUF006 # it ends with the process
    await TARGETS[name]()


async def seen_from_outside(pid: int) -> bool:
    """Tell whether `asyncio ps` lists the tasks of the target."""
    command = (sys.executable, "-m", "asyncio", "ps", str(pid))
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=False)
    return done.returncode == 0 and b"Task-1" in done.stdout


async def run_inside(pid: int, folder: Path) -> bool:
    """Tell whether the target runs a script in time; it leaves a file when it did."""
    trace = folder / f"{pid}.ran"
    script = folder / f"{pid}.py"
    script.write_text(f"open({str(trace)!r}, 'x').close()\n")
    sys.remote_exec(pid, str(script))

    async def ran() -> bool:
        return trace.exists()

    try:
        await lab.until(ran, seconds=PATIENCE)
    except TimeoutError:
        return False
    return True


async def main() -> None:
    """Print one row for each target."""
    row = "{:17}  {:20}  {}".format
    print(row("", "asyncio ps", f"sys.remote_exec, after {PATIENCE:g} s"))
    with tempfile.TemporaryDirectory() as folder:
        for name in TARGETS:
            command = (sys.executable, "-m", "examples.two_ways_to_look.two_ways", name)
            async with lab.process(*command) as pid:
                await lab.until(partial(seen_from_outside, pid))
                inside = await run_inside(pid, Path(folder))
                print(row(name, "lists the tasks", "has run" if inside else "has not run yet"))


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]) if sys.argv[1:] else main())
