"""A crash in C ends the whole process of an interpreter pool, and one worker of a process pool."""

import subprocess
import sys
from concurrent.futures import InterpreterPoolExecutor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from examples.interpreters.lessons import tasks


def with_interpreters() -> None:
    """Crash in an interpreter; nothing after it runs."""
    with InterpreterPoolExecutor(1) as pool:
        pool.submit(tasks.segfault).result()
    print("never printed")


def with_processes() -> None:
    """Crash in a process of a pool."""
    with ProcessPoolExecutor(1) as pool:
        try:
            pool.submit(tasks.segfault).result()
        except BrokenProcessPool as error:
            print(f"ProcessPoolExecutor: {type(error).__name__}, the service goes on")


if __name__ == "__main__":
    if sys.argv[1:] == ["interpreters"]:
        with_interpreters()
    else:
        done = subprocess.run([sys.executable, __file__, "interpreters"], check=False)
        print(f"InterpreterPoolExecutor: the service ended with status {done.returncode}")
        with_processes()
