"""Bad candidate: work that needs an extension which is not known to be safe.

Most packages refuse to load. One imports and fails when it is used, so an
import that succeeds proves nothing.
"""

import importlib
from concurrent.futures import InterpreterPoolExecutor

from examples.interpreters.lessons.attempt import attempt


def use(package: str, call: str) -> str:
    """Import a package in the calling worker and use it once.

    Args:
        package: the module to import.
        call: one of its functions, to be called with a list of floats.

    """
    return str(getattr(importlib.import_module(package), call)([1.0, 2.0]))


def main() -> None:
    """Use each package once, in an interpreter of its own."""
    for package, call in (("numpy", "sum"), ("orjson", "dumps"), ("polars", "Series")):
        with InterpreterPoolExecutor(1) as pool:
            attempt(f"{package}.{call}([1.0, 2.0])", pool.submit(use, package, call))


if __name__ == "__main__":
    main()
