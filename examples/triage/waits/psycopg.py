"""What triage knows about Psycopg and its pool."""

from __future__ import annotations

from examples.triage.waits.kinds import CONNECT, GET, LOCK, POOL, READ, RESOLVE, Library, Wait

PSYCOPG = Library(
    "Psycopg",
    "psycopg",
    waits=(
        Wait(RESOLVE, ("psycopg._conninfo_attempts_async:_resolve_hostnames",), "name resolution"),
        Wait(
            CONNECT,
            (
                "psycopg.connection:Connection.connect",
                "psycopg.connection_async:AsyncConnection.connect",
            ),
            "a new connection to PostgreSQL",
        ),
        Wait(
            LOCK,
            (
                (
                    "psycopg.connection_async:AsyncConnection.commit"
                    " > asyncio.locks:_ContextManagerMixin.__aenter__"
                ),
                (
                    "psycopg.connection_async:AsyncConnection.rollback"
                    " > asyncio.locks:_ContextManagerMixin.__aenter__"
                ),
                (
                    "psycopg.cursor_async:AsyncCursor.execute"
                    " > asyncio.locks:_ContextManagerMixin.__aenter__"
                ),
                (
                    "psycopg.cursor_async:AsyncCursor.executemany"
                    " > asyncio.locks:_ContextManagerMixin.__aenter__"
                ),
            ),
            "its turn on a connection that others use as well",
        ),
        Wait(
            GET,
            (
                "psycopg.connection:Connection.notifies",
                "psycopg.connection_async:AsyncConnection.notifies",
            ),
            "a notification of PostgreSQL",
            new_work=True,
        ),
        Wait(
            READ,
            (
                "psycopg.connection:Connection.wait",
                "psycopg.connection_async:AsyncConnection.wait",
                "psycopg.cursor:Cursor.execute",
                "psycopg.cursor_async:AsyncCursor.execute",
            ),
            "an answer of PostgreSQL",
        ),
    ),
)

PSYCOPG_POOL = Library(
    "psycopg-pool",
    "psycopg-pool",
    waits=(
        Wait(
            POOL,
            (
                "psycopg_pool.pool:ConnectionPool._getconn_unchecked",
                "psycopg_pool.pool_async:AsyncConnectionPool._getconn_unchecked",
            ),
            "a connection of the pool",
        ),
        Wait(
            CONNECT,
            (
                "psycopg_pool.null_pool:NullConnectionPool.wait",
                "psycopg_pool.null_pool_async:AsyncNullConnectionPool.wait",
                "psycopg_pool.pool:ConnectionPool.wait",
                "psycopg_pool.pool_async:AsyncConnectionPool.wait",
            ),
            "the first connections of the pool",
        ),
    ),
    idle=(
        "psycopg_pool.pool:ConnectionPool.worker",
        "psycopg_pool.pool_async:AsyncConnectionPool.worker",
        "psycopg_pool.sched:Scheduler.run",
        "psycopg_pool.sched_async:AsyncScheduler.run",
    ),
)
