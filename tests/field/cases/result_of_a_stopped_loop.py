"""A client keeps a loop in a thread of its own; the loop was stopped, and a call waits for it."""

import asyncio
import threading

import _lab

loop = asyncio.new_event_loop()
done: list[int] = []


async def ask() -> None:
    await asyncio.sleep(0.1)


def call() -> None:
    asyncio.run_coroutine_threadsafe(ask(), loop).result()
    done.append(1)


keeper = threading.Thread(target=loop.run_forever, daemon=True)
keeper.start()
call()
if not _lab.FIXED:
    loop.call_soon_threadsafe(loop.stop)
    keeper.join()
_lab.watch_thread(done)
while True:
    call()
