"""Programs that wait in the standard library."""

import asyncio
import concurrent.futures
import contextlib
import queue
import socket
import ssl
import sys
import urllib.request
from collections.abc import AsyncIterator
from typing import Any

from tests.triage.waits.programs.base import blocked, program, running, silent


@program("asyncio.locks:Lock.acquire")
async def lock() -> AsyncIterator[None]:
    """Wait for a lock that another task holds."""
    held = asyncio.Lock()

    async def enter() -> None:
        async with held:
            await asyncio.Event().wait()

    async with running(enter(), enter()):
        yield


@program("asyncio.locks:Semaphore.acquire")
async def semaphore() -> AsyncIterator[None]:
    """Wait for a permit that nobody gives back."""
    permits = asyncio.Semaphore(0)

    async def enter() -> None:
        async with permits:
            pass

    async with running(enter()):
        yield


@program("asyncio.queues:Queue.get")
async def queue_get() -> AsyncIterator[None]:
    """Take from an empty queue, with a deadline."""
    empty: asyncio.Queue[int] = asyncio.Queue()

    async def take() -> None:
        await asyncio.wait_for(empty.get(), 3600)

    async with running(take()):
        yield


@program("asyncio.queues:Queue.put")
async def queue_put() -> AsyncIterator[None]:
    """Put into a full queue."""
    full: asyncio.Queue[int] = asyncio.Queue(1)

    async def fill() -> None:
        while True:
            await full.put(1)

    async with running(fill()):
        yield


@program("asyncio.locks:Event.wait", via="asyncio.queues:Queue.join")
async def queue_join() -> AsyncIterator[None]:
    """Wait until somebody is done with the items of a queue."""
    items: asyncio.Queue[int] = asyncio.Queue()
    items.put_nowait(1)

    async def join() -> None:
        await items.join()

    async with running(join()):
        yield


@program("asyncio.locks:Condition.wait")
async def condition() -> AsyncIterator[None]:
    """Wait for a condition that nobody notifies."""
    never = asyncio.Condition()

    async def wait() -> None:
        async with never:
            await never.wait_for(lambda: False)

    async with running(wait()):
        yield


@program("asyncio.locks:Condition.wait", via="asyncio.locks:Barrier.wait")
async def barrier() -> AsyncIterator[None]:
    """Wait for the second party of a barrier."""
    two = asyncio.Barrier(2)

    async def wait() -> None:
        await two.wait()

    async with running(wait()):
        yield


@program("asyncio.queues:Queue.get", via="asyncio.tasks:_AsCompletedIterator.__anext__")
async def first_of() -> AsyncIterator[None]:
    """Wait for the first of several tasks."""

    async def wait() -> None:
        async for _ in asyncio.as_completed([asyncio.Event().wait()]):
            pass

    async with running(wait()):
        yield


@program("asyncio.taskgroups:TaskGroup._aexit")
async def task_group() -> AsyncIterator[None]:
    """Wait for the tasks of a group."""

    async def wait() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.Event().wait())

    async with running(wait()):
        yield


@program("asyncio.tasks:sleep")
async def asynchronous_iterators() -> AsyncIterator[None]:
    """Sleep below an asynchronous generator, anext() and __await__."""

    class Nap:
        def __await__(self) -> Any:
            return asyncio.sleep(3600).__await__()

    async def naps() -> AsyncIterator[None]:
        yield await Nap()

    async def once() -> None:
        await anext(naps())

    async def loop() -> None:
        async for _ in naps():
            await once()

    async with running(loop()):
        yield


@program("asyncio.threads:to_thread")
async def to_thread() -> AsyncIterator[None]:
    """Wait for a function in a thread."""
    with blocked() as wait:

        async def call() -> None:
            await asyncio.to_thread(wait)

        async with running(call()):
            yield


@program("asyncio.base_events:BaseEventLoop.getaddrinfo")
async def full_executor() -> AsyncIterator[None]:
    """Connect by name while every thread of the default executor is taken."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(1))
    with blocked() as wait:
        taken = loop.run_in_executor(None, wait)

        async def connect() -> None:
            await asyncio.open_connection("localhost", 9)

        async with running(connect()):
            yield
    await taken


@program("asyncio.base_subprocess:BaseSubprocessTransport._wait")
async def child() -> AsyncIterator[None]:
    """Wait for a child process."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=-1)

    async def wait() -> None:
        await process.wait()

    async with running(wait()):
        yield
    await process.communicate(b"\n")


@program("asyncio.streams:StreamReader._wait_for_data")
async def stream_read() -> AsyncIterator[None]:
    """Read a line from somebody who says nothing."""
    with silent() as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def read() -> None:
            await reader.readline()

        async with running(read()):
            yield
        writer.close()


@program("asyncio.streams:FlowControlMixin._drain_helper")
async def stream_write() -> AsyncIterator[None]:
    """Write to somebody who reads nothing."""
    with silent() as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)

        async def write() -> None:
            while True:
                writer.write(bytes(1 << 20))
                await writer.drain()

        async with running(write()):
            yield
        writer.transport.abort()


@program("asyncio.base_events:BaseEventLoop._create_connection_transport")
async def handshake() -> AsyncIterator[None]:
    """Begin TLS with somebody who does not answer."""
    with silent() as port:

        async def connect() -> None:
            await asyncio.open_connection("127.0.0.1", port, ssl=ssl.create_default_context())

        async with running(connect()):
            yield


@program("threading:Condition.wait", via="concurrent.futures._base:Future.result")
async def thread_future() -> AsyncIterator[None]:
    """Wait in a thread for a future that nobody completes."""
    future: concurrent.futures.Future[None] = concurrent.futures.Future()

    def wait() -> None:
        future.result()

    async with running(asyncio.to_thread(wait)):
        yield
        future.set_result(None)


@program("threading:Condition.wait", via="queue:Queue.get")
async def thread_queue() -> AsyncIterator[None]:
    """Take from an empty queue in a thread."""
    empty: queue.Queue[int] = queue.Queue()

    def take() -> None:
        empty.get()

    async with running(asyncio.to_thread(take)):
        yield
        empty.put(1)


@program("concurrent.futures.thread:_worker")
async def thread_rests() -> AsyncIterator[None]:
    """Have a thread in the default executor that has nothing to do."""
    await asyncio.to_thread(int)
    yield


@program("socket:SocketIO.readinto", via="http.client:HTTPConnection.getresponse")
async def thread_http() -> AsyncIterator[None]:
    """Wait in a thread for an HTTP server that does not answer."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def ask() -> None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/")

        async with running(asyncio.to_thread(ask)):
            client, _ = await asyncio.to_thread(server.accept)
            yield
            client.close()
