"""Which functions can be submitted."""

import functools
from collections.abc import Callable
from concurrent import interpreters
from concurrent.futures import InterpreterPoolExecutor

from examples.interpreters.lessons import work

FACTOR = 2


def of_main() -> int:
    """Read a global of `__main__`."""
    return FACTOR


def closing_over(value: int) -> Callable[[], int]:
    """Give a closure."""
    return lambda: value


CASES: dict[str, Callable[[], object]] = {
    "function of a module": work.modules,
    "partial of it": functools.partial(work.type_of, 1.5),
    "function of a guarded __main__": of_main,
    "lambda without globals": lambda: 1,
    "lambda that reads a global": lambda: FACTOR,
    "closure": closing_over(1),
}

if __name__ == "__main__":
    for name, function in CASES.items():
        with InterpreterPoolExecutor(1) as pool:
            try:
                pool.submit(function).result()
            except interpreters.NotShareableError as error:
                print(f"{name:31} {type(error).__name__}")
            else:
                print(f"{name:31} runs")
