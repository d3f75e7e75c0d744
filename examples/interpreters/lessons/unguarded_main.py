"""A script without `if __name__ == "__main__"`: its functions cannot be found by a worker."""

from concurrent.futures import InterpreterPoolExecutor

FACTOR = 2


def double(value: float) -> float:
    """Read a global of the script."""
    return FACTOR * value


with InterpreterPoolExecutor(1) as pool:
    print(pool.submit(double, 1.5).result())
