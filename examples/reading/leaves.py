"""One task for each way to wait that asyncio has, named after it."""

import asyncio
import socket
import threading

from examples import lab

forever = threading.Event()


async def hold(lock: asyncio.Lock) -> None:
    """Keep a lock."""
    async with lock:
        await asyncio.Event().wait()


async def enter(lock: asyncio.Lock | asyncio.Semaphore) -> None:
    """Wait for a lock or a semaphore that somebody holds."""
    async with lock:
        pass


async def wait_for_condition(condition: asyncio.Condition) -> None:
    """Wait to be notified."""
    async with condition:
        await condition.wait()


async def put_twice(queue: asyncio.Queue[int]) -> None:
    """Fill a queue of one place, then wait for room."""
    await queue.put(1)
    await queue.put(2)


async def join(queue: asyncio.Queue[int]) -> None:
    """Wait until everything put into a queue was worked off."""
    queue.put_nowait(1)
    await queue.join()


async def as_completed() -> None:
    """Wait for the first of several results."""
    async for _ in asyncio.as_completed(
        [asyncio.create_task(asyncio.Event().wait(), name="child")]
    ):
        pass


async def read(reader: asyncio.StreamReader) -> None:
    """Wait for a line from a peer that sends none."""
    await reader.readline()


async def wait_for_child(child: asyncio.Task[bool]) -> None:
    """Wait for the first of a set of tasks."""
    await asyncio.wait([child])


async def gather() -> None:
    """Wait for all of several tasks."""
    await asyncio.gather(asyncio.create_task(asyncio.Event().wait(), name="gathered"))


async def run_in_thread() -> None:
    """Wait for a function in a thread."""
    await asyncio.to_thread(forever.wait)


async def await_future() -> None:
    """Wait for a bare future."""
    await asyncio.get_running_loop().create_future()


async def main() -> None:
    """Start them all, and stay."""
    here, _there = socket.socketpair()
    reader, _writer = await asyncio.open_connection(sock=here)
    lock, slots, barrier = asyncio.Lock(), asyncio.Semaphore(0), asyncio.Barrier(2)
    child = asyncio.create_task(asyncio.Event().wait(), name="waited for")
    async with asyncio.TaskGroup() as group:
        for name, waiting in {
            "sleep": asyncio.sleep(3600),
            "event": asyncio.Event().wait(),
            "queue, empty": asyncio.Queue[int]().get(),
            "queue, full": put_twice(asyncio.Queue(maxsize=1)),
            "queue, unfinished": join(asyncio.Queue()),
            "lock, holder": hold(lock),
            "lock, waiter": enter(lock),
            "semaphore": enter(slots),
            "condition": wait_for_condition(asyncio.Condition()),
            "barrier": barrier.wait(),
            "stream": read(reader),
            "wait": wait_for_child(child),
            "gather": gather(),
            "as_completed": as_completed(),
            "to_thread": run_in_thread(),
            "future": await_future(),
        }.items():
            group.create_task(waiting, name=name)
        # Each turn of the loop starts the tasks that the turn before it made.
        for _ in range(3):
            await asyncio.sleep(0)
        lab.ready()


if __name__ == "__main__":
    asyncio.run(main())
