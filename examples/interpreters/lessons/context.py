"""Context variables and logging do not follow a slice into a worker."""

import logging
from concurrent.futures import InterpreterPoolExecutor

from examples.interpreters.lessons import tasks

if __name__ == "__main__":
    logging.basicConfig(level="INFO")
    tasks.request_id.set("r-17")
    print(f"here            {tasks.context()}")
    with InterpreterPoolExecutor(1) as pool:
        print(f"in a worker     {pool.submit(tasks.context).result()}")
    with InterpreterPoolExecutor(1, initializer=tasks.set_up_logging, initargs=("INFO",)) as pool:
        print(f"with initializer {pool.submit(tasks.context).result()}")
