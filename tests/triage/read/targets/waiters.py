"""Coroutines of a plain kind, of which CPython's own reader has no doubts."""

import asyncio


async def inner() -> None:
    """Wait for what never comes."""
    await asyncio.Event().wait()


async def outer() -> None:
    """Wait a frame above."""
    await inner()


async def main() -> None:
    """Start them, and wait for all."""
    plain = [asyncio.create_task(outer()) for _ in range(9)]
    async with asyncio.TaskGroup() as group:
        for index in range(20):
            group.create_task(outer(), name=f"group {index}")
        asyncio.get_running_loop().call_soon(asyncio.get_running_loop().call_soon, tell)
        await asyncio.gather(*plain)


def tell() -> None:
    """Say that all of them wait."""
    print("ready", flush=True)


asyncio.run(main())
