"""What the lessons run in workers; an importable module, as workers need it.

Each function reads a name of the module: CPython ships a function that reads none as bare code,
and then the module is never imported in the worker.
"""

import contextvars
import ctypes
import logging
import os
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

STEPS_PER_CALL = 1_000  # steps of `spin` for each unit that is asked for
DEADLINE = 120  # seconds after which a runaway piece of work gives up

seen: list[int] = []
limit: int | None = None
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="none")


class OrderError(Exception):
    """An error of the service."""


def echo(value: Any) -> Any:
    """Return `value`; all that remains is the cost of the way there and back."""
    return value if STEPS_PER_CALL else None


def spin(units: int) -> int:
    """Compute in pure Python for a time in proportion to `units`.

    Args:
        units: thousands of loop steps.

    Returns:
        A checksum of the steps.

    """
    checksum = 0
    for step in range(units * STEPS_PER_CALL):
        checksum = (checksum * 31 + step) & 0xFFFF
    return checksum


def run_away(seconds: float = DEADLINE) -> None:
    """Compute for so long; nothing inside looks at the clock often enough to stop."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        spin(100)


def total(values: Any) -> float:
    """Add up doubles that came as a list, as packed bytes or as a memoryview."""
    if isinstance(values, list):
        return sum(values)
    return sum(memoryview(values).cast("B").cast("d")) if STEPS_PER_CALL else 0.0


def type_of(value: Any) -> str:
    """Say what arrived."""
    return type(value).__name__ if STEPS_PER_CALL else ""


def touch(value: Any) -> None:
    """Change `value` in place where that is possible, so that its sender can look."""
    match value:
        case list():
            value.append(len(seen))
        case memoryview():
            value[0] = 1
        case socket.socket():
            value.close()
        case Callable():
            value()
        case _ if hasattr(value, "acquire"):
            value.acquire()


def remember(value: int) -> int:
    """Append to a list of the module, and return its length here."""
    seen.append(value)
    return len(seen)


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


def modules() -> int:
    """Say how many modules this interpreter holds."""
    return len(sys.modules)


def context() -> tuple[str, str, int]:
    """Give the context variable, the level of the root logger, and how many handlers it has."""
    root = logging.getLogger()
    return request_id.get(), logging.getLevelName(root.level), len(root.handlers)


def set_up_logging(level: str) -> None:
    """Configure logging in a worker; `seen` is read so that the module is imported."""
    logging.basicConfig(level=level, force=not seen)


def reject(symbol: str) -> None:
    """Fail as a slice does."""
    raise OrderError(f"no price for {symbol}")


def fail(fault: str) -> None:
    """End the calling worker in one of three ways.

    Args:
        fault: ``exception``, ``exit`` (the process leaves at once) or ``segfault``.

    Raises:
        ValueError: for ``exception``.

    """
    match fault:
        case "exception":
            raise ValueError("bad slice")
        case "exit":
            os._exit(7)
        case "segfault":
            ctypes.string_at(0)
