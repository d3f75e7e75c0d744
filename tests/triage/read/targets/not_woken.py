"""A thread completes a future, and the loop is not woken for it."""

import asyncio
import selectors
import threading

asleep, completed = threading.Event(), threading.Event()


class Selector(selectors.DefaultSelector):
    """Lets the thread complete the future once the loop has decided to sleep."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Sleep until something happens, and tell before."""
        if timeout is None:
            asleep.set()
            completed.wait()
        return super().select(timeout)


def complete(future: asyncio.Future[None]) -> None:
    """Set the result without call_soon_threadsafe()."""
    asleep.wait()
    future.set_result(None)
    completed.set()
    print("ready", flush=True)
    threading.Event().wait()


async def ask(future: asyncio.Future[None]) -> None:
    """Wait for the future."""
    await future


async def main() -> None:
    """Wait for a future that a thread completes, and in a task for one that nobody does."""
    loop = asyncio.get_running_loop()
    other = asyncio.create_task(ask(loop.create_future()), name="asks")
    future = loop.create_future()
    threading.Thread(target=complete, args=(future,), daemon=True).start()
    await future
    await other


asyncio.run(main(), loop_factory=lambda: asyncio.SelectorEventLoop(Selector()))
