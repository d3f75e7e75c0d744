"""A slice that runs too long: an interpreter pool cannot stop it, a process pool can."""

import time
from concurrent.futures import Executor, Future, InterpreterPoolExecutor, ProcessPoolExecutor

from examples.interpreters.lessons import tasks

SECONDS = 3.0
PATIENCE = 0.5


def give_up(pool: Executor) -> Future[str]:
    """Start a slice, wait for it less long than it takes, try to cancel it."""
    pool.submit(tasks.where).result()
    future = pool.submit(tasks.spin, SECONDS)
    try:
        future.result(PATIENCE)
    except TimeoutError:
        print(f"{type(pool).__name__}: gave up waiting; cancel() says {future.cancel()}")
    return future


if __name__ == "__main__":
    interpreters = InterpreterPoolExecutor(1)
    runaway = give_up(interpreters)
    print(f"  has kill_workers: {hasattr(interpreters, 'kill_workers')}")
    begin = time.monotonic()
    interpreters.shutdown()
    waited = time.monotonic() - begin > SECONDS / 2
    print(f"  shutdown waited for the slice: {waited}; it {runaway.result()}")

    processes = ProcessPoolExecutor(1)
    runaway = give_up(processes)
    print(f"  has kill_workers: {hasattr(processes, 'kill_workers')}")
    begin = time.monotonic()
    processes.kill_workers()
    waited = time.monotonic() - begin > SECONDS / 2
    ended = type(runaway.exception(SECONDS)).__name__
    print(f"  kill_workers waited for the slice: {waited}; it ended in {ended}")
