"""A task ends and another takes its place in memory: both have the same id."""

import asyncio
import signal

from examples import lab


async def session(ended: asyncio.Event) -> None:
    """Wait for the end of the session."""
    await asyncio.sleep(0)
    await ended.wait()


async def serve() -> None:
    """Run short sessions, then the one of Alice until SIGUSR1, then one of Bob."""
    over, ended = asyncio.Event(), asyncio.Event()
    over.set()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, ended.set)
    for _ in range(100):
        await asyncio.create_task(session(over))
    asyncio.get_running_loop().call_soon(lab.ready)
    alice = asyncio.create_task(session(ended), name="Alice")
    place = id(alice)
    await alice
    del alice
    # Which of the free places a task gets is chance: in a busy service, soon this one.
    over.clear()
    bobs: list[asyncio.Task[None]] = []
    while place not in map(id, bobs):
        for bob in bobs:
            bob.cancel()
        await asyncio.sleep(0)
        bobs = [asyncio.create_task(session(over), name="Bob") for _ in range(len(bobs) + 1)]
    for bob in bobs:
        if id(bob) != place:
            bob.cancel()
    await asyncio.wait(bobs)


if __name__ == "__main__":
    asyncio.run(serve())
