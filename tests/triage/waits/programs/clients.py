"""Programs that wait in clients of databases, brokers and HTTP servers."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import aiosqlite
import anyio
import asyncpg
import httpx
import redis.asyncio
import sqlalchemy.ext.asyncio

from tests.support.redis_server import redis_server
from tests.triage.waits.programs.base import blocked, program, running, silent


@program(
    "asyncio.locks:Event.wait",
    via="anyio._backends._asyncio:CapacityLimiter.acquire_on_behalf_of",
)
async def anyio_slot() -> AsyncIterator[None]:
    """Wait for a worker thread while the only one is taken."""
    limiter = anyio.CapacityLimiter(1)
    with blocked() as wait:

        async def call() -> None:
            await anyio.to_thread.run_sync(wait, limiter=limiter)

        async with running(call(), call()):
            yield
            wait.__self__.set()  # type: ignore[attr-defined]


@program("asyncio.locks:Event.wait", via="anyio.streams.memory:MemoryObjectReceiveStream.receive")
async def anyio_receive() -> AsyncIterator[None]:
    """Take from an empty memory object stream."""
    send, receive = anyio.create_memory_object_stream[int]()

    async def take() -> None:
        async for _ in receive:
            pass

    with send, receive:
        async with running(take()):
            yield


@program("asyncio.locks:Event.wait", via="httpcore._synchronization:AsyncEvent.wait")
async def httpx_pool() -> AsyncIterator[None]:
    """Wait for the only connection of a pool."""
    limits = httpx.Limits(max_connections=1)
    with silent() as port:
        async with httpx.AsyncClient(limits=limits, timeout=None) as client:  # noqa: S113 # meant

            async def get() -> None:
                await client.get(f"http://127.0.0.1:{port}/")

            async with running(get(), get()):
                yield


@program("asyncio.locks:Event.wait", via="httpcore._backends.anyio:AnyIOStream.read")
async def httpx_read() -> AsyncIterator[None]:
    """Wait for an HTTP server that does not answer."""
    with silent() as port:
        async with httpx.AsyncClient(timeout=3600) as client:

            async def get() -> None:
                await client.get(f"http://127.0.0.1:{port}/")

            async with running(get()):
                yield


@program("asyncio.locks:Event.wait", via="anyio.streams.tls:TLSStream.wrap")
async def httpx_connect() -> AsyncIterator[None]:
    """Begin TLS with an HTTP server that does not answer."""
    with silent() as port:
        async with httpx.AsyncClient(timeout=3600) as client:

            async def get() -> None:
                await client.get(f"https://127.0.0.1:{port}/")

            async with running(get()):
                yield


@program("asyncio.queues:Queue.get", via="asyncpg.pool:Pool._acquire")
async def asyncpg_pool() -> AsyncIterator[None]:
    """Wait for the only connection of a pool, which another task opens."""
    with silent() as port:
        url = f"postgresql://nobody@127.0.0.1:{port}/none"
        pool = asyncpg.create_pool(url, min_size=0, max_size=1, timeout=3600, ssl=False)
        await pool

        async def use() -> None:
            async with pool.acquire():
                pass

        async with running(use(), use()):
            yield
        pool.terminate()


@program("asyncpg.connect_utils:__connect_addr")
async def asyncpg_connect() -> AsyncIterator[None]:
    """Open a connection to a server that does not answer."""
    with silent() as port:

        async def connect() -> None:
            url = f"postgresql://nobody@127.0.0.1:{port}/none"
            await asyncpg.connect(url, timeout=3600, ssl=False)

        async with running(connect()):
            yield


@program("asyncio.queues:Queue.get", via="sqlalchemy.pool.impl:QueuePool._do_get")
async def sqlalchemy_pool() -> AsyncIterator[None]:
    """Wait for the only connection of an engine."""
    with tempfile.TemporaryDirectory() as folder:
        engine = sqlalchemy.ext.asyncio.create_async_engine(
            f"sqlite+aiosqlite:///{Path(folder) / 'test.db'}", pool_size=1, max_overflow=0
        )

        async def use() -> None:
            async with engine.connect():
                pass

        # A task that is cancelled while it connects leaves a thread that works on the file.
        async with engine.connect(), running(use()):
            yield
        await engine.dispose()


@program("aiosqlite.core:Connection._execute")
async def aiosqlite_call() -> AsyncIterator[None]:
    """Wait for a query that blocks the thread of its connection."""
    async with aiosqlite.connect(":memory:") as connection:
        with blocked() as wait:
            await connection.create_function("wait", 0, wait)

            async def query() -> None:
                await connection.execute("SELECT wait()")

            async with running(query()):
                yield


@program("asyncio.locks:Condition.wait", via="redis.asyncio.client:Redis.execute_command")
async def redis_pool() -> AsyncIterator[None]:
    """Wait for the only connection of a pool, which another task opens."""
    with silent() as port:
        pool = redis.asyncio.BlockingConnectionPool(
            port=port, max_connections=1, timeout=None, socket_connect_timeout=3600
        )
        client = redis.asyncio.Redis(connection_pool=pool)

        async def get() -> None:
            await client.get("key")

        async with running(get(), get()):
            yield
        await pool.disconnect()


@program(
    "asyncio.streams:StreamReader._wait_for_data",
    via="redis.asyncio.connection:AbstractConnection.on_connect_check_health",
)
async def redis_connect() -> AsyncIterator[None]:
    """Open a connection to a Redis that does not answer."""
    with silent() as port:
        client = redis.asyncio.Redis(port=port, socket_connect_timeout=3600)

        async def get() -> None:
            await client.get("key")

        async with running(get()):
            yield
        await client.aclose()


@program(
    "asyncio.streams:StreamReader._wait_for_data", via="redis.asyncio.client:Redis.execute_command"
)
async def redis_read() -> AsyncIterator[None]:
    """Wait for an item of a list in Redis."""
    with redis_server() as url:
        client = redis.asyncio.Redis.from_url(url, socket_timeout=None)
        await client.ping()

        async def pop() -> None:
            await client.blpop("nothing")

        async with running(pop()):
            yield
        await client.aclose()


@program(
    "asyncio.streams:StreamReader._wait_for_data", via="redis.asyncio.client:PubSub.parse_response"
)
async def redis_subscribe() -> AsyncIterator[None]:
    """Wait for a message of a Redis channel."""
    with redis_server() as url:
        client = redis.asyncio.Redis.from_url(url)
        async with client.pubsub() as channel:
            await channel.subscribe("nothing")

            async def listen() -> None:
                async for _ in channel.listen():
                    pass

            async with running(listen()):
                yield
        await client.aclose()


@program("asyncio.tasks:sleep", via="redis.asyncio.lock:Lock.acquire")
async def redis_lock() -> AsyncIterator[None]:
    """Wait for a lock in Redis that somebody holds."""
    with redis_server() as url:
        client = redis.asyncio.Redis.from_url(url)
        held = client.lock("lock", sleep=3600)
        await held.acquire()
        other = client.lock("lock", sleep=3600)

        async def enter() -> None:
            await other.acquire()

        async with running(enter()):
            yield
        await client.aclose()
