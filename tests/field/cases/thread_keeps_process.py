"""Everything asynchronous has ended, and a thread that is no daemon keeps the process."""

import asyncio
import os
import queue
import threading
import time

import _lab

lines: queue.Queue = queue.Queue()


def write_lines() -> None:
    while (line := lines.get()) is not None:
        os.write(2, line)


async def main() -> None:
    threading.Thread(target=write_lines).start()
    await asyncio.sleep(3600 if _lab.FIXED else 0.1)


def prove() -> None:
    time.sleep(2)
    # The main thread is past everything that this script has to do.
    _lab.say_ready(os.getpid(), works=not ended)


ended = []
_lab.background(prove)
asyncio.run(main())
ended.append(1)
