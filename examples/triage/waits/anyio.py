"""What triage knows about AnyIO."""

from __future__ import annotations

from examples.triage.waits.kinds import (
    ACCEPT,
    CHILD,
    CONDITION,
    CONNECT,
    EVENT,
    FUTURE,
    GET,
    LOCK,
    PUT,
    READ,
    RESOLVE,
    SEMAPHORE,
    SLOT,
    TASKS,
    THREAD,
    TIMER,
    WRITE,
    Library,
    Wait,
)

ANYIO = Library(
    "AnyIO",
    "anyio",
    waits=(
        Wait(
            SLOT,
            (
                (
                    "anyio._backends._asyncio:AsyncIOBackend.run_sync_in_worker_thread"
                    " > anyio._backends._asyncio:CapacityLimiter.__aenter__"
                ),
                (
                    "anyio._backends._asyncio:AsyncIOBackend.run_sync_in_worker_thread"
                    " > anyio._core._synchronization:CapacityLimiterAdapter.__aenter__"
                ),
            ),
            "a free worker thread",
        ),
        Wait(
            SLOT,
            ("anyio.to_process:run_sync > anyio._backends._asyncio:CapacityLimiter.__aenter__",),
            "a free worker process",
        ),
        Wait(
            SLOT,
            (
                (
                    "anyio.to_interpreter:run_sync"
                    " > anyio._backends._asyncio:CapacityLimiter.__aenter__"
                ),
            ),
            "a free worker interpreter",
        ),
        Wait(
            THREAD,
            ("anyio._backends._asyncio:AsyncIOBackend.run_sync_in_worker_thread",),
            "a call in a worker thread",
        ),
        Wait(THREAD, ("anyio.to_process:run_sync",), "a call in a worker process"),
        Wait(
            RESOLVE,
            (
                "anyio._backends._asyncio:AsyncIOBackend.getaddrinfo",
                "anyio._backends._asyncio:AsyncIOBackend.getnameinfo",
                "anyio._core._sockets:getaddrinfo",
            ),
            "name resolution",
        ),
        Wait(
            CONNECT,
            (
                "anyio._backends._asyncio:AsyncIOBackend.connect_tcp",
                "anyio._backends._asyncio:AsyncIOBackend.connect_unix",
                "anyio._core._sockets:connect_tcp",
                "anyio._core._sockets:connect_tcp.<locals>.try_connect",
                "anyio._core._sockets:connect_unix",
                "anyio.streams.tls:TLSStream.wrap",
            ),
            "a new connection",
        ),
        Wait(
            ACCEPT,
            (
                "anyio._backends._asyncio:TCPSocketListener.accept",
                "anyio._backends._asyncio:UNIXSocketListener.accept",
                "anyio.streams.stapled:MultiListener.serve",
            ),
            "a new client",
            new_work=True,
        ),
        Wait(
            CHILD,
            (
                "anyio._backends._asyncio:AsyncIOBackend.open_process",
                "anyio._backends._asyncio:Process.wait",
                "anyio._core._subprocesses:run_process",
            ),
            "a child process",
        ),
        Wait(
            EVENT,
            ("anyio._backends._asyncio:_SignalReceiver.__anext__",),
            "a signal",
            new_work=True,
        ),
        Wait(
            SEMAPHORE,
            (
                "anyio._backends._asyncio:CapacityLimiter.acquire_on_behalf_of",
                "anyio._backends._asyncio:Semaphore.acquire",
                "anyio._core._synchronization:SemaphoreAdapter.acquire",
            ),
            "a permit of a semaphore",
        ),
        Wait(
            PUT,
            ("anyio.streams.memory:MemoryObjectSendStream.send",),
            "room in a memory object stream",
        ),
        Wait(
            GET,
            ("anyio.streams.memory:MemoryObjectReceiveStream.receive",),
            "an item of a memory object stream",
            new_work=True,
        ),
        Wait(
            LOCK,
            (
                "anyio._backends._asyncio:Lock.acquire",
                "anyio._core._synchronization:LockAdapter.acquire",
            ),
            "a lock",
        ),
        Wait(
            CONDITION,
            (
                "anyio._core._synchronization:Condition.wait",
                "anyio._core._synchronization:Condition.wait_for",
            ),
            "a condition",
        ),
        Wait(
            WRITE,
            (
                "anyio._backends._asyncio:AsyncIOBackend.wait_writable",
                "anyio._backends._asyncio:ConnectedUDPSocket.send",
                "anyio._backends._asyncio:ConnectedUNIXDatagramSocket.send",
                "anyio._backends._asyncio:SocketStream.send",
                "anyio._backends._asyncio:StreamWriterWrapper.send",
                "anyio._backends._asyncio:UDPSocket.send",
                "anyio._backends._asyncio:UNIXDatagramSocket.send",
                "anyio._backends._asyncio:UNIXSocketStream.send",
                "anyio.streams.tls:TLSStream.send",
            ),
            "the other side to take data",
        ),
        Wait(
            READ,
            (
                "anyio._backends._asyncio:AsyncIOBackend.wait_readable",
                "anyio._backends._asyncio:ConnectedUDPSocket.receive",
                "anyio._backends._asyncio:ConnectedUNIXDatagramSocket.receive",
                "anyio._backends._asyncio:SocketStream.receive",
                "anyio._backends._asyncio:StreamReaderWrapper.receive",
                "anyio._backends._asyncio:UDPSocket.receive",
                "anyio._backends._asyncio:UNIXDatagramSocket.receive",
                "anyio._backends._asyncio:UNIXSocketStream.receive",
                "anyio.streams.buffered:BufferedByteReceiveStream.receive",
                "anyio.streams.buffered:BufferedByteReceiveStream.receive_exactly",
                "anyio.streams.buffered:BufferedByteReceiveStream.receive_until",
                "anyio.streams.tls:TLSStream.receive",
            ),
            "data of the other side",
            new_work=True,
        ),
        Wait(
            TASKS,
            (
                "anyio._backends._asyncio:TaskGroup.start",
                "anyio._core._tasks:TaskHandle.wait",
            ),
            "another task",
        ),
        Wait(
            EVENT,
            (
                "anyio._backends._asyncio:Event.wait",
                "anyio._core._synchronization:EventAdapter.wait",
            ),
            "an event",
        ),
        Wait(
            TIMER,
            ("anyio._backends._asyncio:AsyncIOBackend.sleep", "anyio._core._eventloop:sleep"),
            "a timer",
        ),
        Wait(TASKS, ("anyio._backends._asyncio:TaskGroup.__aexit__",), "the tasks of its group"),
        Wait(
            FUTURE,
            ("anyio.from_thread:BlockingPortal.call", "anyio.from_thread:run"),
            "a call in the event loop",
        ),
    ),
    idle=(
        "anyio._backends._asyncio:WorkerThread.run > queue:Queue.get",
        "anyio._backends._asyncio:_shutdown_process_pool_on_exit",
        "anyio.from_thread:BlockingPortal.sleep_until_stopped",
    ),
    deadlines=(
        "anyio._backends._asyncio:CancelScope",
        "anyio._core._tasks:CancelScope",
        "anyio._core._tasks:fail_after",
        "anyio._core._tasks:move_on_after",
    ),
    shutdown=("anyio.from_thread:BlockingPortal.__aexit__",),
    loops=("anyio._backends._asyncio:AsyncIOBackend.run",),
)
