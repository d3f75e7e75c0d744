"""A thread completes a future, and the loop is not woken for it."""

import asyncio
import threading


def complete(future: asyncio.Future[None]) -> None:
    """Set the result without call_soon_threadsafe()."""
    threading.Event().wait(0.3)
    future.set_result(None)
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


asyncio.run(main())
