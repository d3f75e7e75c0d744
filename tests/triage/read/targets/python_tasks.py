"""A loop whose tasks are implemented in Python, as nest_asyncio makes them."""

import asyncio

asyncio.Task = asyncio.tasks.Task = asyncio.tasks._PyTask  # type: ignore[attr-defined,misc]


async def main() -> None:
    """Wait in two tasks more."""
    asyncio.get_running_loop().call_later(0.1, lambda: print("ready", flush=True))
    await asyncio.gather(asyncio.sleep(3600), asyncio.sleep(3600))


asyncio.run(main())
