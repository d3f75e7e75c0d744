"""Calls that hold things, several threads, and a subinterpreter: all of it at rest."""

import asyncio
import threading
import time
from concurrent import interpreters

lock = threading.Lock()


class Service:
    """Has a method and a lock."""

    def rest(self) -> None:
        """Hold the lock."""
        with lock:
            time.sleep(3600)


async def waits() -> None:
    """Wait with a deadline."""
    async with asyncio.timeout_at(10**9 + 0.5):
        await asyncio.sleep(10**9)


async def main() -> None:
    """Start all and stop."""
    tasks = [asyncio.create_task(waits(), name=name) for name in ("one", "zwei ü", "三")]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("ready", flush=True)
    time.sleep(3600)  # noqa: ASYNC251 # it blocks the loop on purpose
    await asyncio.gather(*tasks)


def leaves() -> None:
    """End while a task of the thread still waits: its interpreter takes that over."""
    loop = asyncio.new_event_loop()
    kept.append(loop.create_task(waits(), name="left behind"))
    loop.call_soon(loop.stop)
    loop.run_forever()


kept: list[asyncio.Task[None]] = []
leaver = threading.Thread(target=leaves)
leaver.start()
leaver.join()
other = interpreters.create()
other.exec("import asyncio")
for _ in range(2):
    threading.Thread(target=Service().rest, daemon=True).start()
time.sleep(0.1)  # until both have come to rest
asyncio.run(main())
