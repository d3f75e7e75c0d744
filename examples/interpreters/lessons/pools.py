"""The four places where a piece of work can run, under the names of the decision table."""

from collections.abc import Callable
from concurrent.futures import (
    Executor,
    InterpreterPoolExecutor,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)

# The start method is the default of CPython 3.14 on Linux, forkserver.
POOLS: dict[str, Callable[[int], Executor]] = {
    "thread": ThreadPoolExecutor,
    "process": ProcessPoolExecutor,
    "interpreter": InterpreterPoolExecutor,
}
TOOLS = ("asyncio", *POOLS)
