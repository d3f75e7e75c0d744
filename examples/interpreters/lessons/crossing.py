"""What crosses the boundary of each executor, and how.

``shared``: the receiver works on the object of the sender. ``copied``: CPython copies the value
itself. ``pickled``: it arrives by way of pickle. ``as bare code``: a function without the globals
of its module. ``refused``: it does not arrive, with the error.
"""

import asyncio
import contextlib
import decimal
import pickle
import socket
import threading
from array import array
from collections.abc import Callable
from concurrent import interpreters
from concurrent.futures import Executor, InterpreterPoolExecutor, ProcessPoolExecutor

from examples.interpreters.lessons import work
from examples.interpreters.lessons.pools import POOLS, TOOLS

VALUES: dict[str, Callable[[], object]] = {
    "int": lambda: 7,
    "str": lambda: "IRIS",
    "bytes": lambda: b"IRIS",
    "tuple of those": lambda: (1, "a", (2.5, None)),
    "memoryview": lambda: memoryview(bytearray(8)),
    "list": list,
    "dict": lambda: {"IRIS": 1.5},
    "array": lambda: array("d", [1.5]),
    "Decimal": lambda: decimal.Decimal("1.5"),
    "lambda": lambda: lambda: None,
    "lock": threading.Lock,
    "open socket": socket.socket,
}


def run(pool: Executor | None, function: Callable[[object], object], value: object) -> object:
    """Call a function in a pool, or as a coroutine of this thread, and give its result."""
    if pool:
        return pool.submit(function, value).result()

    async def as_coroutine() -> object:
        return function(value)

    return asyncio.run(as_coroutine())


def way(pool: Executor | None, value: object) -> str:
    """Hand a value over and say how it crossed.

    Args:
        pool: that it is handed to; without one the work runs as a coroutine of this thread.
        value: that the receiver changes where it can be changed.

    """
    try:
        run(pool, work.touch, value)
    except (interpreters.NotShareableError, pickle.PicklingError, TypeError) as error:
        return f"refused: {type(error).__name__}"
    if isinstance(value, memoryview):
        return "shared" if value[0] else "copied"
    if not isinstance(pool, ProcessPoolExecutor | InterpreterPoolExecutor):
        return "shared" if run(pool, work.echo, value) is value else "copied"
    if isinstance(pool, InterpreterPoolExecutor) and interpreters.is_shareable(value):
        return "copied"
    return "pickled" if can_be_pickled(value) else "as bare code"


def can_be_pickled(value: object) -> bool:
    """Tell whether pickle takes a value."""
    try:
        pickle.dumps(value)
    except pickle.PicklingError, TypeError:
        # A socket has a reducer of multiprocessing alone.
        return isinstance(value, socket.socket)
    return True


def main() -> None:
    """Print one row for each kind of value."""
    row = "{:14}  {:7}  {:6}  {:22}  {}".format
    print(row("", *TOOLS))
    with contextlib.ExitStack() as stack:
        pools = [None, *(stack.enter_context(make(1)) for make in POOLS.values())]
        for kind, make in VALUES.items():
            cells = []
            for pool in pools:
                value = make()
                cells.append(way(pool, value))
                if isinstance(value, socket.socket):
                    value.close()
            print(row(kind, *cells))


if __name__ == "__main__":
    main()
