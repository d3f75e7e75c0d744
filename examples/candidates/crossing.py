"""What crosses the boundary of each executor.

``passed``: it arrived. ``shared``: it arrived, and the sender sees what the
worker changed. ``refused``: it did not arrive, with the type of the error.
"""

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import (
    Executor,
    InterpreterPoolExecutor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from concurrent.interpreters import NotShareableError
from pickle import PicklingError
from typing import Any

from examples.candidates import work

# Each kind: how to make one, and how its sender tells that the worker changed it.
KINDS: dict[str, tuple[Callable[[], Any], Callable[[Any], bool]]] = {
    "int": (lambda: 7, lambda _: False),
    "list": (list, bool),
    "memoryview": (lambda: memoryview(bytearray(8)), lambda view: view[0] == 1),
    "lambda": (lambda: lambda: None, lambda _: False),
    "lock": (threading.Lock, lambda lock: lock.locked()),
    "open socket": (socket.socket, lambda opened: opened.fileno() == -1),
}


def outcome(pool: Executor | None, kind: str) -> str:
    """Hand one object over and say what became of it.

    Args:
        pool: where to run; without one the work runs as a coroutine of this thread.
        kind: a name in `KINDS`.

    """
    make, changed = KINDS[kind]
    value = make()
    try:
        if pool is None:
            asyncio.run(as_coroutine(value))
        else:
            pool.submit(work.touch, value).result()
    except (NotShareableError, PicklingError, TypeError) as error:
        return f"refused: {type(error).__name__}"
    shared = changed(value)
    if isinstance(value, socket.socket):
        value.close()
    return "shared" if shared else "passed"


async def as_coroutine(value: Any) -> None:
    """Do the same work in the event loop."""
    work.touch(value)


def main() -> None:
    """Print one row for each kind of object."""
    row = "{:11}  {:7}  {:6}  {:22}  {}".format
    print(row("", "asyncio", "thread", "process", "interpreter"))
    with (
        ThreadPoolExecutor(1) as threads,
        ProcessPoolExecutor(1) as processes,
        InterpreterPoolExecutor(1) as interpreters,
    ):
        for kind in KINDS:
            cells = [outcome(pool, kind) for pool in (None, threads, processes, interpreters)]
            print(row(kind, *cells))


if __name__ == "__main__":
    main()
