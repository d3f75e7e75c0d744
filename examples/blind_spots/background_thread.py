"""A loop in a background thread: ps reads only the loop of the main thread."""

import asyncio
import threading

from examples import lab


async def serve(up: threading.Event) -> None:
    """Wait in the loop of the background thread."""
    asyncio.get_running_loop().call_soon(up.set)
    await asyncio.Event().wait()


if __name__ == "__main__":
    up = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(serve(up)), name="loop", daemon=True)
    thread.start()
    up.wait()
    lab.ready()
    while thread.is_alive():
        thread.join(0.1)
