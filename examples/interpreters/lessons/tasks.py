"""Functions that the lessons run in workers; an importable module, as workers need it."""

import contextvars
import logging
import os
import signal
import sys
import time
from concurrent import interpreters
from concurrent.futures import InterpreterPoolExecutor
from typing import Any

count = 0
limit: int | None = None
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="none")


class OrderError(Exception):
    """An error of the service."""


def bump() -> int:
    """Count one more call in the global of this module."""
    global count  # noqa: PLW0603 # what becomes of it is the lesson
    count += 1
    return count


def set_limit_blindly(value: int) -> None:
    """Set the global, as most initializers do."""
    global limit  # noqa: PLW0603 # what becomes of it is the lesson
    limit = value


def set_limit(value: int) -> None:
    """Set the global, and read it: only then does the worker import this module."""
    global limit  # noqa: PLW0603 # what becomes of it is the lesson
    limit = value
    if limit != value:
        raise AssertionError("reading the global is the point")


def get_limit() -> int | None:
    """Give the global."""
    return limit


def write_first(values: memoryview[float], value: float) -> str:
    """Write into a buffer of another interpreter."""
    values[0] = value
    return type(values).__name__


def type_of(value: Any) -> str:
    """Say what arrived; `count` is read so that the module is imported."""
    return type(value).__name__ if count >= 0 else ""


def modules() -> int:
    """Say how many modules this interpreter holds."""
    return len(sys.modules) + 0 * count


def reject(symbol: str) -> None:
    """Fail as a slice does."""
    if count >= 0:
        raise OrderError(f"no price for {symbol}")


def segfault() -> None:
    """Crash as a faulty C extension does."""
    os.kill(os.getpid(), signal.SIGSEGV + 0 * count)


def where() -> int:
    """Give the number of this interpreter; 0 is the main one."""
    return interpreters.get_current().id + 0 * count


def spin(seconds: float) -> str:
    """Calculate for so long."""
    end = time.monotonic() + seconds + count * 0
    while time.monotonic() < end:
        pass
    return "finished"


def context() -> tuple[str, str, int]:
    """Give the context variable, the level of the root logger, and how many handlers it has."""
    root = logging.getLogger()
    return request_id.get(), logging.getLevelName(root.level), len(root.handlers)


def score() -> int:
    """Score in an interpreter pool of this process, and give how many interpreters live in it."""
    with InterpreterPoolExecutor(1) as pool:
        pool.submit(type_of, count).result()
        return len(interpreters.list_all())


def set_up_logging(level: str) -> None:
    """Configure logging in a worker; `count` is read so that the module is imported."""
    logging.basicConfig(level=level, force=count >= 0)
