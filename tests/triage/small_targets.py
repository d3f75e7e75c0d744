"""Small processes in one particular state each."""

import contextlib
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from examples.triage.read.proc import stat

TIMEOUT = 60

BODIES = {
    "waiting": "await asyncio.sleep(3600)",
    "names": r"""
        names = ["\x1b[31mred\x1b[0m", "two\nlines", "long" * 2500, "caf\xe9 \u4e2d", "\ud800"]
        async def wait():
            await asyncio.sleep(3600)
        first, second = (asyncio.create_task(wait(), name=name) for name in names[:2])
        tasks = [asyncio.create_task(wait(), name=name) for name in names]
        # A circle makes triage print the names of its tasks.
        async def circle(name):
            await circles[name]
        circles = {}
        for name, other in zip(names, names[1:] + names[:1]):
            circles[other] = asyncio.create_task(circle(name), name=other)
        print("ready", flush=True)
        await asyncio.sleep(3600)
        """,
    "anext": """
        async def updates():
            await asyncio.sleep(3600)
            yield 1
        task = asyncio.create_task(anext(updates()), name="updates")
        print("ready", flush=True)
        while True:
            await asyncio.sleep(0.1)
        """,
    "subinterpreter": """
        from concurrent.futures import InterpreterPoolExecutor
        executor = InterpreterPoolExecutor(1)
        executor.submit(int).result()
        print("ready", flush=True)
        await asyncio.sleep(3600)
        """,
    "many": """
        tasks = [asyncio.create_task(asyncio.sleep(3600)) for _ in range(70_000)]
        await asyncio.sleep(0)
        print("ready", flush=True)
        await asyncio.sleep(3600)
        """,
    "computing": """
        print("ready", flush=True)
        while True:
            sum(range(1000))
        """,
    "blocked": """
        import time
        print("ready", flush=True)
        time.sleep(3600)
        """,
    "leaving": """
        print("ready", flush=True)
        await asyncio.sleep(1)
        """,
    "holding_files": """
        import os
        files = [os.open(os.devnull, os.O_RDONLY) for _ in range(1000)]
        print("ready", flush=True)
        await asyncio.sleep(3600)
        """,
    "exec": """
        import os
        print("ready", flush=True)
        await asyncio.sleep(1)
        os.execvp("sleep", ["sleep", "3600"])
        """,
    "undumpable": """
        import ctypes
        ctypes.CDLL(None).prctl(4, 0)
        print("ready", flush=True)
        await asyncio.sleep(3600)
        """,
    "churning": """
        async def spin():
            while True:
                async with asyncio.TaskGroup() as group:
                    for _ in range(20):
                        group.create_task(asyncio.sleep(0))
        spinners = [asyncio.create_task(spin()) for _ in range(50)]
        print("ready", flush=True)
        await asyncio.sleep(3600)
        """,
    "swallowing": """
        async def stubborn():
            while True:
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError:
                    pass
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        task.cancel()
        print("ready", flush=True)
        while True:
            await asyncio.sleep(0.1)
        """,
    "selecting": """
        import selectors, socket
        selector = selectors.DefaultSelector()
        ends = socket.socketpair()  # both are kept: one that is closed would wake the other
        selector.register(ends[0], selectors.EVENT_READ)
        print("ready", flush=True)
        while True:
            selector.select()
        """,
    "refusing": """
        async def stubborn():
            while True:
                try:
                    await asyncio.sleep(3600)
                except asyncio.CancelledError:
                    print("ready", flush=True)
        task = asyncio.create_task(stubborn())
        await asyncio.sleep(0)
        """,
    "in_thread": """
        import threading, time
        def wait(item):
            print("ready", flush=True)
            time.sleep(3600)
        def order():
            sorted([1], key=wait)
        threading.Thread(target=order, daemon=True).start()
        await asyncio.sleep(3600)
        """,
    "dead": """
        async def failing():
            raise ValueError("a value that nobody may see")
        task = asyncio.create_task(failing())
        await asyncio.sleep(0)
        print("ready", flush=True)
        await asyncio.sleep(3600)
        """,
    "pooled": """
        from concurrent.futures import InterpreterPoolExecutor
        async def failing():
            raise ValueError
        task = asyncio.create_task(failing())
        with InterpreterPoolExecutor(1) as pool:
            await asyncio.get_running_loop().run_in_executor(pool, len, "")
            print("ready", flush=True)
            await asyncio.sleep(3600)
        """,
    "queueing": """
        queue = asyncio.Queue(3)
        async def take():
            await queue.get()
        tasks = [asyncio.create_task(take()) for _ in range(2)]
        await asyncio.sleep(0)
        print("ready", flush=True)
        await asyncio.sleep(3600)
        """,
    "deaf": """
        async def wait(): await asyncio.sleep(3600)
        task = asyncio.create_task(wait())
        print("ready", flush=True)
        while True:
            await asyncio.sleep(0.1)
        """,
}
BODIES["waiting"] = 'print("ready", flush=True)\n' + BODIES["waiting"]
IN_THREAD = """
import threading
thread = threading.Thread(target=lambda: asyncio.run(main()))
thread.start()
thread.join()
"""


READ_ONLY = """
mount -t tmpfs -o size=4k tmpfs /mnt
dd if=/dev/zero of=/mnt/full bs=4k count=1 status=none
mount -o remount,bind,ro /
for place in {}; do mount --bind $place $place; mount -o remount,bind,ro $place; done
exec env -u TMPDIR "$@"
"""
BELOW = ("unshare", "--mount", "--propagation", "private", "bash", "-c")


def read_only(writable: str = "") -> tuple[str, ...]:
    """Give what runs a target where nothing can be written, and where /mnt is full.

    Args:
        writable: the one temporary folder that can be written all the same.

    """
    places = {"/tmp", "/var/tmp", "/dev/shm"} - {writable}  # noqa: S108 # made read-only
    return *BELOW, READ_ONLY.format(" ".join(sorted(places))), "-"


def state(pid: int) -> str:
    """Give the letter of a process in /proc."""
    return stat(Path(f"/proc/{pid}")).state


def until(condition: Callable[[], bool], seconds: float = 300) -> None:
    """Poll until a condition holds.

    Raises:
        AssertionError: when it does not in time.

    """
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextlib.contextmanager
def target(
    name: str,
    *options: str,
    run: str = "asyncio.run(main())",
    python: str = sys.executable,
    under: Sequence[str] = (),
) -> Iterator[subprocess.Popen[str]]:
    """Run one of the bodies as a process of its own, and kill it in the end.

    Args:
        name: key of `BODIES`.
        options: further options of the interpreter.
        run: the code that runs ``main()``.
        python: the interpreter.
        under: the command that runs the interpreter.

    """
    body = textwrap.indent(textwrap.dedent(BODIES[name]).strip(), "    ")
    code = f"import asyncio\nasync def main():\n{body}\n{run}\n"
    with subprocess.Popen(
        [*under, python, *options, "-c", code], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            if process.stdout is None:
                raise AssertionError("standard output is a pipe")
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()
