"""What triage knows about aiomysql and PyMySQL."""

from __future__ import annotations

from examples.triage.waits.kinds import CONNECT, POOL, READ, SHUTDOWN, Library, Wait

AIOMYSQL = Library(
    "aiomysql",
    "aiomysql",
    waits=(
        Wait(
            SHUTDOWN,
            ("aiomysql.pool:Pool.wait_closed",),
            "the connections that are still out of the pool",
        ),
        Wait(POOL, ("aiomysql.pool:Pool._acquire",), "a connection of the pool"),
        Wait(CONNECT, ("aiomysql.connection:Connection._connect",), "a new connection to MySQL"),
        Wait(READ, ("aiomysql.connection:Connection._read_packet",), "an answer of MySQL"),
    ),
)

PYMYSQL = Library(
    "PyMySQL",
    "pymysql",
    waits=(
        Wait(CONNECT, ("pymysql.connections:Connection.connect",), "a new connection to MySQL"),
        Wait(READ, ("pymysql.connections:Connection._read_packet",), "an answer of MySQL"),
    ),
)
