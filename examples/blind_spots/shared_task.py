"""One task with five that wait for it: ps prints it five times."""

import asyncio

from examples import lab


async def refresh_token() -> None:
    """Fetch a token, and never get it."""
    await asyncio.Event().wait()


async def request(token: asyncio.Task[None]) -> None:
    """Wait for the token that all requests share."""
    await token


async def serve() -> None:
    """Let five requests wait for one token."""
    token = asyncio.create_task(refresh_token(), name="token")
    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(request(token), name=f"request-{number}")
        asyncio.get_running_loop().call_soon(lab.ready)


if __name__ == "__main__":
    asyncio.run(serve())
