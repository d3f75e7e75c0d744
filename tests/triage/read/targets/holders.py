"""Locks, semaphores and pools that one task holds and others wait for; waits with deadlines."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from typing import Any

COUNT = 20
LONG = 150  # more than two blocks of a deque


class Pool:
    """Lends its only connection, and has a method to lend it by ``async with``."""

    def __init__(self) -> None:
        self.free = asyncio.Semaphore(1)

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[object]:
        """Lend the connection."""
        async with self.free:
            yield self


class Checkout:
    """Lends a connection by a class of its own, as asyncpg does."""

    def __init__(self, lock: asyncio.Lock) -> None:
        self.lock = lock

    async def __aenter__(self) -> None:
        await self.lock.acquire()

    async def __aexit__(self, *error: object) -> None:
        self.lock.release()


async def uses(manager: Any) -> None:
    """Hold something for ever, or wait for it: all at one line."""
    async with manager:
        await asyncio.sleep(3600)


async def uses_within(outer: asyncio.Lock, manager: Any) -> None:
    """Hold something for ever, or wait for it, in the block of something else."""
    async with outer, manager:
        await asyncio.sleep(3600)


async def uses_pool(pool: Pool) -> None:
    """Hold the connection of a pool for ever, or wait for it."""
    async with pool.connection():
        await asyncio.sleep(3600)


async def uses_stack(lock: asyncio.Lock) -> None:
    """Hold something through an exit stack, or wait for it."""
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(asyncio.sleep, 0)
        stack.callback(print)
        await stack.enter_async_context(lent(lock))
        await asyncio.sleep(3600)


async def rows(lock: asyncio.Lock) -> AsyncIterator[int]:
    """Give rows under a lock, as a cursor on the only connection does."""
    async with lock:
        yield 1


async def pages(lock: asyncio.Lock) -> AsyncIterator[int]:
    """Give the rows of another generator."""
    async for row in rows(lock):
        yield row


async def uses_rows(lock: asyncio.Lock) -> None:
    """Hold something by the generator that a loop goes through, or wait for it."""
    async for _ in pages(lock):
        await asyncio.sleep(3600)


async def uses_long_stack(locks: list[asyncio.Lock]) -> None:
    """Hold many things through one exit stack."""
    async with contextlib.AsyncExitStack() as stack:
        for lock in locks:
            await stack.enter_async_context(lock)
        await asyncio.sleep(3600)


@contextlib.asynccontextmanager
async def lent(lock: asyncio.Lock) -> AsyncIterator[None]:
    """Lend a lock from a generator, as a dependency of FastAPI does."""
    async with lock:
        yield


async def by_timeout(seconds: float | None) -> None:
    """Wait under ``asyncio.timeout``."""
    async with asyncio.timeout(seconds):
        await asyncio.Event().wait()


async def by_wait_for(seconds: float | None) -> None:
    """Wait under ``asyncio.wait_for``."""
    await asyncio.wait_for(asyncio.Event().wait(), seconds)


async def by_anyio(seconds: float | None) -> None:
    """Wait under a scope of anyio's, as httpx does."""
    import anyio  # noqa: PLC0415 # not in every interpreter

    with anyio.fail_after(seconds):
        await asyncio.Event().wait()


async def main() -> None:
    """Start them, first the holder of each."""
    tasks = []
    start = asyncio.create_task
    for number in range(COUNT):
        lock, semaphore, pool = asyncio.Lock(), asyncio.Semaphore(1), Pool()
        stacked, nested, rowwise = asyncio.Lock(), asyncio.Lock(), asyncio.Lock()
        checkout = Checkout(asyncio.Lock())
        for role in ("holds", "waits", "waits too"):
            tasks += [
                start(uses(lock), name=f"Lock {number} {role}"),
                start(uses_within(asyncio.Lock(), nested), name=f"nested {number} {role}"),
                start(uses_stack(stacked), name=f"stack {number} {role}"),
                start(uses_rows(rowwise), name=f"rows {number} {role}"),
                start(uses(semaphore), name=f"Semaphore {number} {role}"),
                start(uses_pool(pool), name=f"pool {number} {role}"),
                start(uses(checkout), name=f"Checkout {number} {role}"),
            ]
    locks = [asyncio.Lock() for _ in range(LONG)]
    tasks.append(start(uses_long_stack(locks), name="long stack"))
    functions = [by_timeout, by_wait_for, *([by_anyio] if "anyio" in sys.argv else [])]
    for function in functions:
        for seconds in (30, None):
            tasks.append(start(function(seconds), name=f"{function.__name__} {seconds}"))
    for _ in range(4):
        await asyncio.sleep(0)
    print("ready", flush=True)
    await asyncio.gather(*tasks)


asyncio.run(main())
