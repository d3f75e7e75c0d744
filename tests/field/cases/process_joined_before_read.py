"""A child process puts its report into a queue, and is joined before somebody reads it."""

import multiprocessing

import _lab

done: list[int] = []


def extract(reports: multiprocessing.Queue[str]) -> None:
    reports.put("line" * 1_000_000)


def collect() -> None:
    reports: multiprocessing.Queue[str] = multiprocessing.Queue()
    child = multiprocessing.Process(target=extract, args=(reports,))
    child.start()
    if _lab.FIXED:
        reports.get()
    child.join()
    done.append(1)


if __name__ == "__main__":
    _lab.watch_thread(done, seconds=4)
    while True:
        collect()
