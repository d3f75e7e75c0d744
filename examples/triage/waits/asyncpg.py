"""What triage knows about asyncpg.

Its protocol is compiled, so a stack ends at the function that calls it.
"""

from __future__ import annotations

from examples.triage.waits.kinds import (
    CONNECT,
    POOL,
    READ,
    RETRY,
    Library,
    Wait,
)

ASYNCPG = Library(
    "asyncpg",
    "asyncpg",
    waits=(
        Wait(POOL, ("asyncpg.pool:Pool._acquire",), "a connection of the pool"),
        Wait(POOL, ("asyncpg.pool:Pool.close",), "the connections of the pool to come back"),
        Wait(
            CONNECT,
            (
                "asyncpg.connect_utils:_connect",
                "asyncpg.connection:connect",
                "asyncpg.pool:PoolConnectionHolder.connect",
            ),
            "a new connection to PostgreSQL",
        ),
        Wait(
            RETRY,
            ("asyncpg.pool:Pool._maintain_min_size > asyncio.tasks:sleep",),
            "the next attempt to connect",
        ),
        Wait(
            READ,
            (
                "asyncpg.connection:Connection._copy_in",
                "asyncpg.connection:Connection._copy_out",
                "asyncpg.connection:Connection._do_execute",
                "asyncpg.connection:Connection._get_statement",
                "asyncpg.connection:Connection.close",
                "asyncpg.connection:Connection.copy_records_to_table",
                "asyncpg.connection:Connection.execute",
                "asyncpg.connection:Connection.executemany",
                "asyncpg.connection:Connection.fetch",
                "asyncpg.connection:Connection.fetchrow",
                "asyncpg.connection:Connection.fetchval",
                "asyncpg.cursor:BaseCursor._bind",
                "asyncpg.cursor:BaseCursor._bind_exec",
                "asyncpg.cursor:BaseCursor._exec",
                "asyncpg.cursor:Cursor.forward",
                "asyncpg.pool:PoolConnectionHolder.release",
                "asyncpg.prepared_stmt:PreparedStatement.__do_execute",
            ),
            "an answer of PostgreSQL",
        ),
    ),
    idle=(
        "asyncpg.pool:Pool._maintain_min_size",
        "asyncpg.pool:PoolConnectionHolder.wait_until_released",
    ),
    loans=("asyncpg.pool:PoolAcquireContext",),
    hides_deadlines=True,
)
