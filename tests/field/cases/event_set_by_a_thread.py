"""The thread of a driver sets an asyncio event, which wakes no loop that sleeps."""

import asyncio
import threading

import _lab

done = []


async def scan() -> None:
    ready = asyncio.Event()
    loop = asyncio.get_running_loop()

    def driver() -> None:
        if _lab.FIXED:
            loop.call_soon_threadsafe(ready.set)
        else:
            ready.set()

    threading.Timer(0.2, driver).start()
    await ready.wait()
    done.append(1)


async def main() -> None:
    while True:
        await scan()


_lab.watch_thread(done)
asyncio.run(main())
