"""What triage knows about SQLAlchemy and aiosqlite."""

from __future__ import annotations

from examples.triage.waits.kinds import CONNECT, LOCK, POOL, THREAD, Library, Wait

# Its asynchronous engine runs the synchronous one in a greenlet. Where the frames in the greenlet
# cannot be read, the coroutine that it waits for follows greenlet_spawn.
SQLALCHEMY = Library(
    "SQLAlchemy",
    "sqlalchemy",
    waits=(
        Wait(
            POOL,
            (
                "sqlalchemy.pool.impl:QueuePool._do_get",
                "sqlalchemy.util.concurrency:greenlet_spawn > asyncio.queues:Queue.get",
                (
                    "sqlalchemy.util.concurrency:greenlet_spawn > asyncio.tasks:wait_for"
                    " > asyncio.queues:Queue.get"
                ),
            ),
            "a connection of the pool of the engine",
        ),
        Wait(
            LOCK,
            (
                (
                    "sqlalchemy.connectors.asyncio:AsyncAdapt_dbapi_cursor._execute_async"
                    " > asyncio.locks:_ContextManagerMixin.__aenter__"
                ),
                (
                    "sqlalchemy.connectors.asyncio:AsyncAdapt_dbapi_cursor._executemany_async"
                    " > asyncio.locks:_ContextManagerMixin.__aenter__"
                ),
                (
                    "sqlalchemy.dialects.postgresql.asyncpg"
                    ":AsyncAdapt_asyncpg_cursor._prepare_and_execute"
                    " > asyncio.locks:_ContextManagerMixin.__aenter__"
                ),
            ),
            "its turn on a connection that others use as well",
        ),
        Wait(
            CONNECT,
            ("sqlalchemy.pool.base:_ConnectionRecord.__connect",),
            "a new connection to the database",
        ),
    ),
    loans=("sqlalchemy.ext.asyncio.engine:AsyncConnection",),
)

AIOSQLITE = Library(
    "aiosqlite",
    "aiosqlite",
    waits=(
        Wait(
            THREAD,
            (
                "aiosqlite.core:Connection._connect",
                "aiosqlite.core:Connection._execute",
                "aiosqlite.core:Connection.close > nothing",
            ),
            "a call in the thread of an SQLite connection",
        ),
    ),
)
