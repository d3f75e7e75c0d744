"""Asks Redis for jobs that no process holds."""

from __future__ import annotations

import contextlib
import json
import socket
import time
import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from examples.triage.model import Entry, Process
from examples.triage.read.proc import moment_of_start

REDIS_SECONDS = 3.0  # for one look at all streams of a Redis
START_SLACK = 0.1  # seconds: the kernel counts in ticks, and no worker starts as fast as that


class RedisError(Exception):
    """Redis could not be asked, or refused to answer."""


class Redis:
    """As much of a Redis client as reading streams needs.

    Source: the Redis serialization protocol, version 2,
    https://redis.io/docs/latest/develop/reference/protocol-spec/
    """

    def __init__(self, url: str) -> None:
        """Connect to ``redis://[user:password@]host[:port][/database]``.

        Raises:
            RedisError: when the address is of another form, or refuses the login.
            OSError: when nothing answers there.
            ValueError: when the port is none.

        """
        parts = urllib.parse.urlsplit(url)
        database = parts.path.strip("/")
        if parts.scheme != "redis" or not (database or "0").isdecimal():
            raise RedisError("not of the form redis://[user:password@]host[:port][/database]")
        address = parts.hostname or "127.0.0.1", parts.port or 6379
        with socket.create_connection(address, timeout=REDIS_SECONDS) as connection:
            self._stream = connection.makefile("rwb")
        if parts.password:
            login = filter(None, [parts.username, parts.password])
            self("AUTH", *map(urllib.parse.unquote, login))
        if database:
            self("SELECT", database)

    def __call__(self, *words: str | bytes) -> Any:
        """Send a command and give its reply."""
        sent = [word.encode() if isinstance(word, str) else word for word in words]
        lines = (b"$%d\r\n%s\r\n" % (len(word), word) for word in sent)
        self._stream.write(b"*%d\r\n%s" % (len(sent), b"".join(lines)))
        self._stream.flush()
        reply = self._reply()
        if isinstance(reply, RedisError):
            raise reply
        return reply

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def _reply(self) -> Any:
        line = self._stream.readline()
        if not line.endswith(b"\r\n"):
            raise RedisError("it closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            return RedisError(rest.decode(errors="replace"))
        if kind == b"+":
            return rest
        size = int(rest)
        if kind == b":":
            return size
        if kind == b"*":
            return [self._reply() for _ in range(size)]
        return self._stream.read(size + 2)[:-2] if size >= 0 else b""


def pending_entries(url: str) -> dict[Entry, float]:
    """List what the consumer groups of all streams have taken and not acknowledged.

    At most 100 entries of a group, the oldest, and what can be asked within `REDIS_SECONDS`.

    Returns:
        For each entry the moment on the monotonic clock before which it was taken.

    Raises:
        RedisError: when nothing answers there, or does not speak to us.

    """
    try:
        return dict(_pending(url))
    except (OSError, ValueError) as error:
        raise RedisError(str(error)) from error


def _pending(url: str) -> Iterator[tuple[Entry, float]]:
    with contextlib.closing(Redis(url)) as redis:
        end = time.monotonic() + REDIS_SECONDS
        cursor = b"0"
        while time.monotonic() < end:
            cursor, streams = redis("SCAN", cursor, "TYPE", "stream", "COUNT", "1000")
            for stream in streams:
                for info in redis("XINFO", "GROUPS", stream):
                    group = dict(zip(info[::2], info[1::2]))[b"name"]  # not in 3.9
                    rows = redis("XPENDING", stream, group, "-", "+", "100")
                    now = time.monotonic()
                    for row in rows:
                        entry, idle = entry_of(redis, stream, group, row)
                        yield entry, now - idle
            if cursor == b"0":
                return


def entry_of(redis: Redis, stream: bytes, group: bytes, row: Sequence[Any]) -> tuple[Entry, float]:
    """Describe a row of XPENDING, with its job, and give the seconds since it was taken."""
    number, consumer, idle, deliveries = row
    job = ""
    for _, fields in redis("XRANGE", stream, number, number):
        for value in fields or ():
            # A message of TaskIQ is JSON, unless the broker was given another formatter.
            with contextlib.suppress(ValueError, AttributeError):
                job = str(json.loads(value).get("task_name", "")) or job
    names = [name.decode(errors="replace") for name in (stream, group, number, consumer)]
    return Entry(names[0], names[1], names[2], names[3], deliveries, job), idle / 1000


def assign(entries: dict[Entry, float], processes: Iterable[Process]) -> None:
    """Tell each process which of `entries` were taken before it started.

    Args:
        entries: for each the moment on the monotonic clock before which it was taken.
        processes: as they were opened.

    """
    for process in processes:
        begun = moment_of_start(process.start) - START_SLACK
        process.unclaimed = [entry for entry, taken in entries.items() if taken < begun]
