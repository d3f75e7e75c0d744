"""Functions that are measured as if somebody else had written them."""

import itertools
import sys
import threading
import time

CALLS = itertools.count()
LIMITS = {"high": 10}
seen: list[int] = []
total = 0


def numbers() -> list[int]:
    """Give slices that cross natively."""
    return list(range(16))


def locks() -> list[object]:
    """Give slices that cross nowhere."""
    return [threading.Lock() for _ in range(4)]


def naps() -> list[float]:
    """Give slices of a fifth of a second."""
    return [0.2] * 8


def nap(seconds: float) -> float:
    """Take a while."""
    time.sleep(seconds)
    return seconds


def square(number: int) -> int:
    """Depend on nothing but the argument."""
    return number * number


def is_free(_: object) -> bool:
    """Take whatever there is."""
    return True


def count(_: int) -> int:
    """Give another result for the same slice each time."""
    return next(CALLS)


def where(number: int) -> tuple[int, bool]:
    """Give another result in a subinterpreter."""
    return number, sys.implementation.name == "" or _is_main()


def _is_main() -> bool:
    import _interpreters  # noqa: PLC0415 # only where it is asked

    return bool(_interpreters.get_current()[0] == _interpreters.get_main()[0])


def fail(number: int) -> int:
    """Never give a result."""
    raise LookupError(f"no price for {number}")


def limited(number: int) -> int:
    """Read a table that nobody changes."""
    return min(number, LIMITS["high"])


def remember(number: int) -> int:
    """Change a list of the module."""
    seen.append(number)
    return number


def recall(number: int) -> int:
    """Read that list, by way of another function."""
    return _remembered() + number


def _remembered() -> int:
    return len(seen)


def add(number: int) -> int:
    """Change a number of the module."""
    global total  # noqa: PLW0603 # the point
    total += number
    return total


def hides(number: int) -> int:
    """Have a local list that is called like the one of the module."""
    seen = [number]  # the point
    return len(seen)
