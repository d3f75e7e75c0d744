"""CPython's own reader, where the layout of a process is not known here.

It can follow a cycle in memory that changes for ever, grow without limit, and end by a
signal. So each read runs in a child with a deadline and a limit of memory, and the death of
that child counts as a read that met a structure in motion.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import resource
import select
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

from examples.triage.model import Frame, Stack, Task, Thread
from examples.triage.read.errors import TornError
from examples.triage.read.proc import PROC
from examples.triage.read.tasks import Reading

CHILD_SECONDS = 3.0
CHILD_BYTES = 1 << 30
CHILD_TRIES = 10
MOST_ANSWER = 256 << 20

MakesFrame = Callable[[str, int, str], Frame]


class Fallback:
    """Reads one process through ``_remote_debugging``, in a child each time.

    Attributes:
        python: version of its Python: that of this one, as far as it is known.

    """

    def __init__(self, pid: int, place: MakesFrame) -> None:
        """Take a process.

        Args:
            pid: the process.
            place: makes a frame of a path, a line and a function.

        """
        self._pid = pid
        self._place = place
        self.python: tuple[int, ...] = sys.version_info[:2]

    @classmethod
    def open(cls, pid: int, place: MakesFrame) -> Fallback | None:
        """Give a fallback for a process, or None where this Python cannot be one."""
        with contextlib.suppress(ImportError):
            importlib.import_module("_remote_debugging")
            if minor_version_of(pid) == sys.version_info[:2]:
                return cls(pid, place)
        return None

    def tasks(self, *, details: bool = False) -> Reading:
        """Read the tasks; the details are never there.

        Raises:
            TornError: when every try failed.

        """
        del details
        rows, retries = self._repeat("get_all_awaited_by")
        tasks = [
            Task(number, name, self._stack(stack), tuple(awaiters))
            for number, name, stack, awaiters in rows
        ]
        return Reading(tasks, 0, retries)

    def threads(self, *, details: bool = False) -> list[Thread]:
        """Read the threads; arguments and errors as for `tasks`."""
        del details
        rows, _ = self._repeat("get_stack_trace")
        return [Thread(number, stack=self._stack(stack)) for number, stack in rows]

    def close(self) -> None:
        """Do nothing: each read ends by itself."""

    def _stack(self, rows: list[Any]) -> Stack:
        return tuple(self._place(*row) for row in rows)

    def _repeat(self, method: str) -> tuple[list[Any], int]:
        end = time.monotonic() + CHILD_SECONDS
        for number in range(CHILD_TRIES):
            answer = in_child(lambda: read_there(self._pid, method), end - time.monotonic())
            if answer is not None:
                return answer, number
            if time.monotonic() > end:
                break
        raise TornError("CPython's own reader did not come to an end")


def minor_version_of(pid: int) -> tuple[int, ...]:
    """Give the minor version that the program or the library of a process has in its name."""
    with contextlib.suppress(OSError):
        text = (PROC / str(pid) / "maps").read_text(errors="replace")
        if found := re.search(r"/(?:lib)?python(\d)\.(\d+)(?:[.t]|$)", text, re.MULTILINE):
            return int(found[1]), int(found[2])
    return ()


def read_there(pid: int, method: str) -> list[Any]:
    """Call CPython's own reader, and give plain data."""
    reader = importlib.import_module("_remote_debugging").RemoteUnwinder(pid, all_threads=True)
    rows: list[Any] = []
    for thread in getattr(reader, method)():
        if method == "get_stack_trace":
            rows += [
                (one.thread_id, [_frame_row(info) for info in one.frame_info])
                for one in getattr(thread, "threads", (thread,))
            ]
            continue
        for info in thread.awaited_by:
            stack = [
                _frame_row(frame) for coro in info.coroutine_stack for frame in coro.call_stack
            ]
            awaiters = [coro.task_name for coro in info.awaited_by]
            rows.append((info.task_id, str(info.task_name), stack, awaiters))
    return rows


def _frame_row(info: Any) -> tuple[str, int, str]:
    location = getattr(info, "location", None)
    line = location.lineno if location else getattr(info, "lineno", 0)
    return info.filename, line or 0, info.funcname


def in_child(work: Callable[[], Any], seconds: float) -> Any:
    """Run `work` in a child, within a time and a limit of memory.

    Args:
        work: gives data that JSON can hold.
        seconds: after which the child is killed.

    Returns:
        Its result; None when it failed, was killed, or took too long.

    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_AS, (CHILD_BYTES, CHILD_BYTES))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            with os.fdopen(writing, "w") as pipe:
                json.dump(work(), pipe)
        finally:
            os._exit(0)
    os.close(writing)
    try:
        return json.loads(_all_of(reading, time.monotonic() + seconds))
    except ValueError:
        return None
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _all_of(descriptor: int, end: float) -> bytes:
    """Read to the end, or give nothing when that does not come in time."""
    found = bytearray()
    while len(found) < MOST_ANSWER:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            return b""
        part = os.read(descriptor, 1 << 16)
        if not part:
            return bytes(found)
        found += part
    return b""
