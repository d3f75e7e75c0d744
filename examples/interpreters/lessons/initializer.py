"""An initializer that only sets a global sets nothing, and says nothing."""

from concurrent.futures import Executor, InterpreterPoolExecutor, ProcessPoolExecutor

from examples.interpreters.lessons import work


def limit_in(pool: Executor) -> int | None:
    """Give the global that a worker sees."""
    with pool:
        return pool.submit(work.get_limit).result()


if __name__ == "__main__":
    blind, reading = work.set_limit_blindly, work.set_limit
    processes = ProcessPoolExecutor(1, initializer=blind, initargs=(42,))
    print(f"process,     initializer only sets:  {limit_in(processes)}")
    pool = InterpreterPoolExecutor(1, initializer=blind, initargs=(42,))
    print(f"interpreter, initializer only sets:  {limit_in(pool)}")
    pool = InterpreterPoolExecutor(1, initializer=reading, initargs=(42,))
    print(f"interpreter, initializer reads too:  {limit_in(pool)}")
