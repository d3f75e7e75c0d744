"""Which packages a worker of each executor can import, and with which core.

A package that falls back to its pure-Python code does so in silence. So the
probe asks those that have two cores whether they took the one in C.
"""

import importlib
from concurrent.futures import InterpreterPoolExecutor, ProcessPoolExecutor, ThreadPoolExecutor

from examples.candidates.pools import TOOLS

# What to import, and where there are two cores the attribute that tells them apart.
MODULES = {
    "json": "",
    "sqlite3": "",
    "redis.utils": "HIREDIS_AVAILABLE",
    "yaml": "__with_libyaml__",
    "pydantic_core": "",
    "fastapi": "",
    "taskiq": "",
    "sqlalchemy": "",
    "numpy": "",
    "orjson": "",
    "uvloop": "",
}


def probe(name: str) -> str:
    """Import a module in the calling worker.

    Returns:
        ``works``, ``works without its C core``, or the type of the error.

    """
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        return type(error).__name__
    attribute = MODULES[name]
    return "works" if not attribute or getattr(module, attribute) else "works without its C core"


def main() -> None:
    """Print one row for each module; each gets an interpreter of its own."""
    row = "{:13}  {:7}  {:6}  {:7}  {}".format
    print(row("", *TOOLS))
    with ProcessPoolExecutor(1) as processes, ThreadPoolExecutor(1) as threads:
        for name in MODULES:
            with InterpreterPoolExecutor(1) as interpreters:
                pools = (threads, processes, interpreters)
                cells = [pool.submit(probe, name).result() for pool in pools]
                print(row(name, probe(name), *cells))


if __name__ == "__main__":
    main()
