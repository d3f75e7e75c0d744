"""Coroutines that block the event loop, each in another way.

Each takes the port of a server that does not answer, or of a Redis.
"""

import pathlib
import sqlite3
import subprocess
import threading
import time
import urllib.request
import zlib

import httpx
import redis

HELD = threading.Lock()
HELD.acquire()


# --8<-- [start:calls]
async def sleep(_: int) -> None:
    """Pause the thread instead of the coroutine."""
    time.sleep(0.6)  # noqa: ASYNC251 # on purpose


async def ask_with_urllib(port: int) -> None:
    """Read a page with the standard library."""
    urllib.request.urlopen(f"http://127.0.0.1:{port}", timeout=0.6)  # noqa: ASYNC210 # on purpose


async def ask_with_httpx(port: int) -> None:
    """Read a page with the sync half of httpx."""
    httpx.get(f"http://127.0.0.1:{port}", timeout=0.6)  # noqa: ASYNC210 # on purpose


async def ask_redis(port: int) -> None:
    """Wait for Redis with its sync client."""
    redis.Redis(port=port).blpop(["alerts"], timeout=0.6)


async def run_program(_: int) -> None:
    """Run a program to its end."""
    subprocess.run(["sleep", "0.6"], check=True)  # noqa: ASYNC221 # on purpose


async def read_file(_: int) -> None:
    """Read a file."""
    pathlib.Path(__file__).read_text(encoding="utf-8")  # noqa: ASYNC240 # on purpose


async def query_sqlite(_: int) -> None:
    """Query a database in the process."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("select 1")
    connection.close()


async def take_thread_lock(_: int) -> None:
    """Wait for a lock that a thread holds."""
    HELD.acquire(timeout=0.6)


async def calculate(_: int) -> None:
    """Work without waiting for anything."""
    end = time.perf_counter() + 0.6
    while time.perf_counter() < end:
        zlib.crc32(bytes(2**16))


# --8<-- [end:calls]
