"""Context variables and logging do not follow a slice into a worker."""

import logging
from concurrent.futures import InterpreterPoolExecutor

from examples.interpreters.lessons import work

if __name__ == "__main__":
    logging.basicConfig(level="INFO")
    work.request_id.set("r-17")
    print(f"here            {work.context()}")
    with InterpreterPoolExecutor(1) as pool:
        print(f"in a worker     {pool.submit(work.context).result()}")
    with InterpreterPoolExecutor(1, initializer=work.set_up_logging, initargs=("INFO",)) as pool:
        print(f"with initializer {pool.submit(work.context).result()}")
