"""What the programs that wait have in common."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

Setup = Callable[[], AsyncIterator[None]]


@dataclass(frozen=True)
class Program:
    """A program that comes to wait.

    Attributes:
        run: makes it wait, for as long as the context lasts.
        leaf: innermost function of the stack in which it waits.
        via: another function on that stack.

    """

    run: Callable[[], AbstractAsyncContextManager[None]]
    leaf: str
    via: str


PROGRAMS: dict[str, Program] = {}


def program(leaf: str, via: str = "") -> Callable[[Setup], Setup]:
    """Register a program under the name of its function."""

    def register(setup: Setup) -> Setup:
        PROGRAMS[setup.__name__] = Program(contextlib.asynccontextmanager(setup), leaf, via)
        return setup

    return register


@contextlib.asynccontextmanager
async def running(*work: Coroutine[Any, Any, Any]) -> AsyncIterator[None]:
    """Run coroutines as tasks, and cancel them at the end."""
    tasks = [asyncio.create_task(coroutine) for coroutine in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.contextmanager
def silent() -> Iterator[int]:
    """Listen on a port, take connections in the kernel, and never say a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@contextlib.contextmanager
def blocked() -> Iterator[Callable[[], bool]]:
    """Give a function that blocks its thread until the context ends."""
    end = threading.Event()
    try:
        yield end.wait
    finally:
        end.set()
