"""Threads: one sleeps below C, one holds a lock, one waits for it, one runs a loop."""

import asyncio
import functools
import threading
import time

lock = threading.Lock()


def sleeps(_: int) -> None:
    """Sleep."""
    time.sleep(3600)


def below_c() -> None:
    """Sleep in a function that C called."""
    list(map(sleeps, [1]))


def holds() -> None:
    """Hold the lock."""
    with lock:
        time.sleep(3600)


def waits() -> None:
    """Wait for the lock."""
    with lock:
        pass


def loops() -> None:
    """Run a loop."""
    asyncio.run(asyncio.sleep(3600))


def computes() -> None:
    """Call functions without a pause."""
    while True:
        functools.reduce(max, [1, 2, 3])


def deep(depth: int) -> None:
    """Sleep below many calls."""
    if depth:
        deep(depth - 1)
    else:
        time.sleep(3600)


for function in (below_c, holds, waits, loops, computes, lambda: deep(500)):
    threading.Thread(target=function, daemon=True).start()
    time.sleep(0.02)  # in this order, so that one holds the lock and the other waits
print("ready", flush=True)
time.sleep(3600)
