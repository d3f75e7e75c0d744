"""What a fault in a piece of work does to the service that asked for it.

Each case runs in a service of its own: one process, which hands one faulty
piece of work to a pool and then tells what it got.
"""

import asyncio
import resource
import signal
import subprocess
import sys

from examples.interpreters.lessons import work
from examples.interpreters.lessons.pools import POOLS, TOOLS

FAULTS = ("exception", "exit", "segfault")


def service(tool: str, fault: str) -> None:
    """Hand the fault to the tool, and print what the caller gets."""
    try:
        if tool == "asyncio":
            asyncio.run(as_coroutine(fault))
        else:
            with POOLS[tool](1) as pool:
                pool.submit(work.fail, fault).result()
    except Exception as error:  # noqa: BLE001 # its type is what the table shows
        print(f"lives: {type(error).__name__}")


async def as_coroutine(fault: str) -> None:
    """Do the same work in the event loop."""
    work.fail(fault)


def outcome(tool: str, fault: str) -> str:
    """Run one service and say how it ended."""
    done = subprocess.run(
        [sys.executable, "-m", "examples.interpreters.lessons.failure", tool, fault],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if done.returncode < 0:
        return f"dies of {signal.Signals(-done.returncode).name}"
    return done.stdout.strip() or f"exits with {done.returncode}"


def main() -> None:
    """Print one row for each tool."""
    row = "{:11}  {:17}  {:24}  {}".format
    print(row("", *FAULTS))
    for tool in TOOLS:
        print(row(tool, *(outcome(tool, fault) for fault in FAULTS)))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.argv[1:]:
        service(*sys.argv[1:])
    else:
        main()
