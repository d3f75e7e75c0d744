"""One form of waiting at a time, named by the argument; the process stops itself in it."""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from tests.triage.read.targets import shapes
from tests.triage.read.targets.shapes import forever

start = asyncio.create_task
TURNS = 20


async def lock() -> None:
    """Wait for a lock that the same task holds."""
    mutex = asyncio.Lock()
    async with mutex, mutex:
        pass


async def semaphore() -> None:
    """Wait for a permit."""
    async with asyncio.Semaphore(0):
        pass


async def condition() -> None:
    """Wait to be notified."""
    changed = asyncio.Condition()
    async with changed:
        await changed.wait_for(lambda: False)


async def joined() -> None:
    """Wait until all of a queue is done."""
    queue = asyncio.Queue[int]()
    queue.put_nowait(1)
    await queue.join()


async def timeout() -> None:
    """Wait below a deadline."""
    async with asyncio.timeout(3600):
        await forever()


async def wait() -> None:
    """Wait for the first of two tasks."""
    tasks = [start(forever()), start(forever())]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)


async def as_completed() -> None:
    """Wait for the next of two tasks."""
    for each in asyncio.as_completed([start(forever()), start(forever())]):
        await each


async def groups() -> None:
    """Wait for groups in a group."""
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(shapes.grouped())


async def eager() -> None:
    """Wait for a task that began at once."""
    await asyncio.Task(forever(), loop=asyncio.get_running_loop(), eager_start=True)


async def future() -> None:
    """Wait for a bare future."""
    await asyncio.get_running_loop().create_future()


async def received() -> None:
    """Wait for bytes on a socket."""
    here, there = socket.socketpair()
    here.settimeout(0)
    shapes.keep.append(there)
    await asyncio.get_running_loop().sock_recv(here, 1)


async def line() -> None:
    """Wait for a line of a stream."""
    here, there = socket.socketpair()
    shapes.keep.append(there)
    reader, writer = await asyncio.open_connection(sock=here)
    shapes.keep.append(writer)
    await reader.readline()


async def serves() -> None:
    """Wait for clients."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    await server.serve_forever()


async def process() -> None:
    """Wait for a child, which ends with this process."""
    child = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE)
    await child.wait()


async def cycle() -> None:
    """Wait for two tasks that wait for each other."""
    left = start(shapes.both("right"), name="left")
    right = start(shapes.both("left"), name="right")
    await asyncio.gather(left, right)


async def star() -> None:
    """Wait for tasks that all wait for one."""
    inner = start(forever(), name="inner")
    await asyncio.gather(*(start(shapes.shared(inner)) for _ in range(30)))


async def chain() -> None:
    """Wait for a task that waits for a task, and so on."""
    task = start(forever())
    for _ in range(30):
        task = start(shapes.shared(task))
    await task


async def not_begun() -> None:
    """Leave a task that has not begun: the process stops in the turn before."""
    asyncio.get_running_loop().call_soon(stop)
    start(forever(), name="not begun")
    await forever()


def named(name: str) -> Callable[[], Awaitable[None]]:
    """Wait under a name."""
    return lambda: start(forever(), name=name)


FORMS: dict[str, Callable[[], Awaitable[Any]]] = {
    "event": forever,
    "lock": lock,
    "semaphore": semaphore,
    "condition": condition,
    "barrier": lambda: asyncio.Barrier(2).wait(),
    "queue-get": lambda: asyncio.Queue[int]().get(),
    "queue-join": joined,
    "future": future,
    "sleep": lambda: asyncio.sleep(3600),
    "timeout": timeout,
    "wait-for": lambda: shapes.limited(3600),
    "wait-for-ever": lambda: shapes.limited(None),
    "wait": wait,
    "as-completed": as_completed,
    "shield": shapes.shielded,
    "cancelled": shapes.cancelled,
    "group": shapes.grouped,
    "groups": groups,
    "gather": shapes.gathered,
    "eager": eager,
    "deep": lambda: shapes.deep(50),
    "cycle": cycle,
    "star": star,
    "chain": chain,
    "not-begun": not_begun,
    "socket": received,
    "stream": line,
    "server": serves,
    "process": process,
    "thread": lambda: asyncio.to_thread(threading.Event().wait),
    "name-empty": named(""),
    "name-long": named("n" * 200),
    "many": lambda: asyncio.gather(*(start(forever()) for _ in range(500))),
    "context-manager": shapes.enters,
    "await-method": shapes.awaits_object,
    "old-style": shapes.awaits_old_style,
    "async-for": shapes.loops_over,
    "athrow": shapes.throws,
    "aclose": shapes.closes,
    "anext": lambda: shapes.step("anext", anext),
    "asend": lambda: shapes.step("asend", lambda generator: generator.asend(None)),
    "like-a-coroutine": lambda: start(shapes.Request(forever())),
}


def stop() -> None:
    """Stand still, between two tasks."""
    print("ready", flush=True)
    os.kill(os.getpid(), signal.SIGSTOP)


async def main() -> None:
    """Run the form until it waits."""
    task = asyncio.ensure_future(FORMS[sys.argv[1]]())
    for _ in range(TURNS):
        await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(stop)
    await task


if __name__ == "__main__":
    asyncio.run(main())
