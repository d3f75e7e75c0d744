"""A start-up figure taken with a function that reads no global: nothing was imported."""

import sys
from concurrent.futures import InterpreterPoolExecutor

from examples.interpreters.harness import heavy


def nothing() -> None:
    """Read no global, so that bare code crosses and no module is imported."""


def loaded() -> bool:
    """Say whether the worker holds the module of the service."""
    import sys  # noqa: PLC0415 # a global would import this module, and with it the one asked for

    return "examples.interpreters.harness.heavy" in sys.modules


if __name__ == "__main__":
    print(f"main holds the module: {heavy.__name__ in sys.modules}")
    with InterpreterPoolExecutor(1) as pool:
        pool.submit(nothing).result()
        print(f"the worker, after a call that reads no global: {pool.submit(loaded).result()}")
        pool.submit(heavy.ready).result()
        print(f"the worker, after a call that reads one: {pool.submit(loaded).result()}")
