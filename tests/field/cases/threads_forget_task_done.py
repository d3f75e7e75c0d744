"""A worker thread that fails on an item forgets task_done(), and the flush waits in join()."""

import queue
import time

import _lab

documents: queue.Queue = queue.Queue()
done: list[int] = []


def write_to_index(document: int) -> None:
    time.sleep(0.02)
    if document % 5 == 3:
        raise ValueError(document)


def index() -> None:
    while True:
        document = documents.get()
        try:
            write_to_index(document)
        except ValueError:
            if not _lab.FIXED:
                continue
        documents.task_done()


def flush() -> None:
    for document in range(10):
        documents.put(document)
    documents.join()
    done.append(1)


for _ in range(3):
    _lab.background(index)
_lab.watch_thread(done)
while True:
    flush()
