"""An initializer that only sets a global sets nothing, and says nothing."""

from concurrent.futures import Executor, InterpreterPoolExecutor, ProcessPoolExecutor

from examples.interpreters.lessons import work


def ask(pool: Executor) -> int | None:
    """Give the global that a worker sees."""
    with pool:
        return pool.submit(work.get_limit).result()


if __name__ == "__main__":
    blind, reading = work.set_limit_blindly, work.set_limit
    processes = ProcessPoolExecutor(1, initializer=blind, initargs=(42,))
    print(f"process,     initializer only sets:  {ask(processes)}")
    pool = InterpreterPoolExecutor(1, initializer=blind, initargs=(42,))
    print(f"interpreter, initializer only sets:  {ask(pool)}")
    pool = InterpreterPoolExecutor(1, initializer=reading, initargs=(42,))
    print(f"interpreter, initializer reads too:  {ask(pool)}")
