"""`os.fork` beside a live interpreter: the child crashes."""

import os
import signal
import warnings
from concurrent import interpreters


def fork() -> str:
    """Fork a child that ends at once, and say how it ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
        child = os.fork()
    if not child:
        os._exit(0)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    return signal.Signals(-code).name if code < 0 else f"status {code}"


if __name__ == "__main__":
    print(f"before any interpreter, the child ends with {fork()}")
    other = interpreters.create()
    print(f"beside a live interpreter, the child ends with {fork()}")
    other.close()
    print(f"after it was closed, the child ends with {fork()}")
