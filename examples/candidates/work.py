"""The pieces of work that the scripts of this folder hand to each executor.

They live in a module of their own, since a worker process and a worker
interpreter import what they run. Each function reads a name of the module:
CPython ships a function that reads none as bare code, and then the module is
never imported in the worker, which would flatter its start-up.
"""

import ctypes
import os
import socket
import time
from collections.abc import Callable
from typing import Any

STEPS_PER_CALL = 1_000  # steps of `spin` for each unit that is asked for
DEADLINE = 60  # seconds after which a runaway piece of work gives up

seen: list[int] = []


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


def total(values: Any) -> float:
    """Add up doubles that came as a list, as packed bytes or as a memoryview."""
    if isinstance(values, list):
        return sum(values)
    return sum(memoryview(values).cast("B").cast("d")) if STEPS_PER_CALL else 0.0


def wait(seconds: float) -> float:
    """Block the calling thread, as a synchronous client does."""
    time.sleep(seconds if STEPS_PER_CALL else 0)
    return seconds


def remember(value: int) -> int:
    """Append to a list of the module, and return its length here."""
    seen.append(value)
    return len(seen)


def touch(value: Any) -> None:
    """Change `value` in place where that is possible, so that its sender can look."""
    match value:
        case list():
            value.append(len(seen))
        case memoryview():
            value[0] = 1
        case socket.socket():
            value.close()
        case int():
            pass
        case Callable():
            value()
        case _:
            value.acquire()


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


def run_away(*_: object) -> None:
    """Compute until the deadline; nothing inside looks at the clock often enough to stop."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        spin(100)
