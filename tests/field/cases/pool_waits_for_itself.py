"""Pages are rendered in a pool of threads, and each waits for fragments from the same pool."""

import concurrent.futures
import time

import _lab

pages = concurrent.futures.ThreadPoolExecutor(4, "pages")
fragments = concurrent.futures.ThreadPoolExecutor(4, "fragments") if _lab.FIXED else pages
done: list[int] = []


def load(number: int) -> int:
    time.sleep(0.05)
    return number


def render(number: int) -> None:
    concurrent.futures.wait([fragments.submit(load, part) for part in range(number % 3 + 1)])
    done.append(number)


_lab.watch_thread(done)
while True:
    for job in [pages.submit(render, number) for number in range(8)]:
        job.result()
