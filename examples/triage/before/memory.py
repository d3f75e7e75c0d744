"""Reads by CPython's own reader."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import _remote_debugging

from examples.triage.before.model import (
    DeniedError,
    Frame,
    GoneError,
    Key,
    NotPythonError,
    OtherFilesError,
    OtherPythonError,
    Process,
    Stack,
    T,
    Task,
    UnreadableError,
)
from examples.triage.read.proc import PROC, maps, same_files, stat

READ_ATTEMPTS = 40
READ_SECONDS = 3.0  # after which no attempt is begun
DISTRUST = 3  # reads in a row that must fail alike before a process counts as unreadable
MAX_TASKS = 65_535  # what the reader of CPython 3.14 follows before it gives up
RACES = (RuntimeError, OSError, UnicodeError, MemoryError, ValueError)


def read(  # its syntax is newer than 3.9
    process: Process, method: str, convert: Callable[[Any], T]
) -> T:
    """Call a method of CPython's own reader, again when a structure was in motion.

    Args:
        process: whose memory is read; its retries are counted.
        method: name of a method of ``_remote_debugging.RemoteUnwinder``.
        convert: applied to the result.

    Raises:
        GoneError: the process ended.
        DeniedError: the kernel refuses.
        NotPythonError: there is no Python runtime in it.
        OtherPythonError: it is not one that this Python can read.
        OtherFilesError: it runs in another mount namespace.
        UnreadableError: every attempt failed.

    """
    attempts = READ_ATTEMPTS if process.failures < DISTRUST else 2
    end = time.perf_counter() + READ_SECONDS
    too_long = is_too_long(process.error)
    for attempt in range(attempts):
        try:
            unwinder = _remote_debugging.RemoteUnwinder(process.pid, all_threads=True)
            result = convert(getattr(unwinder, method)())
        except RACES as error:
            final = _final(process.pid, error)
            # Last, because all that was asked about a process that ends is wrong.
            ensure_same(process)
            if final:
                raise final from error
            failure = error
            # A list that is too long stays so, and each attempt takes seconds. But one
            # that changes while it is read can seem so once.
            was_too_long, too_long = too_long, is_too_long(error)
            if (too_long and was_too_long) or time.perf_counter() > end:
                break
            process.retries += 1
            time.sleep(min(0.0002 * attempt, 0.002))
        else:
            return result
    process.failures += 1
    raise UnreadableError(str(_root(failure))) from failure


def ensure_same(process: Process) -> None:
    """Check that the PID still means the process that was opened.

    Raises:
        GoneError: when it does not.

    """
    now = stat(PROC / str(process.pid))
    # A process that ends gives its memory back some time before it is a zombie.
    has_ended = now.state in "ZX" or (process.command and not now.memory)
    if now.start != process.start or has_ended:
        raise GoneError


def _root(error: BaseException) -> BaseException:
    while error.__context__ is not None:
        error = error.__context__
    return error


def is_too_long(error: BaseException | None) -> bool:
    """Whether CPython has given up on a list of tasks without an end."""
    return error is not None and "Task list appears corrupted" in str(_root(error))


def _final(pid: int, error: Exception) -> Exception | None:
    """Sort an error that no retry can cure."""
    root = _root(error)
    text = str(root)
    if isinstance(error, PermissionError):
        return DeniedError(text)
    if "PyRuntime section" in text and not maps(pid, "python"):
        return NotPythonError(text)
    foreign = isinstance(root, FileNotFoundError) or "section not available" in text
    if foreign and not same_files(pid):
        return OtherFilesError(
            "it runs in another mount namespace, so its program files are not found here"
        )
    if "PyRuntime section" in text:
        text = "it runs a Python without debug offsets, so not 3.14"
    elif not foreign and "attach" not in text:
        return None
    return OtherPythonError(text)


def read_tasks(process: Process) -> dict[Key, Task]:
    """Read every task of the main thread's loop; empty when asyncio is not in use.

    Raises:
        see `read`.

    """
    try:
        return read(process, "get_all_awaited_by", _tasks)
    except OtherPythonError as error:
        # The name of no mapped file tells: asyncio may be part of the interpreter.
        if "AsyncioDebug section not available" in str(error):
            return {}
        raise


def read_threads(process: Process) -> dict[int, Stack]:
    """Read the stack of every thread.

    Raises:
        see `read`.

    """
    return read(process, "get_stack_trace", _threads)


def _tasks(threads: Any) -> dict[Key, Task]:
    found: dict[Key, Task] = {}
    frames: dict[Any, Frame] = {}
    for thread in threads:
        for info in thread.awaited_by:
            stack = tuple(
                _frame(frame, frames) for coro in info.coroutine_stack for frame in coro.call_stack
            )
            awaiters = tuple(coro.task_name for coro in info.awaited_by)
            task = Task(info.task_id, str(info.task_name), stack, awaiters)
            found[task.key] = task
    return found


def _threads(threads: Any) -> dict[int, Stack]:
    frames: dict[Any, Frame] = {}
    return {
        thread.thread_id: tuple(_frame(frame, frames) for frame in thread.frame_info)
        for thread in threads
    }


def _running(threads: Any) -> Stack:
    """Give the stack of the task that runs, which is the first of the list."""
    for thread in threads:
        for info in thread.awaited_by[:1]:
            return tuple(
                _frame(frame, {}) for coro in info.coroutine_stack for frame in coro.call_stack
            )
    return ()


def _frame(info: Any, known: dict[Any, Frame]) -> Frame:
    place = (info.filename, info.lineno, info.funcname)
    if place not in known:
        known[place] = Frame(*place)
    return known[place]
