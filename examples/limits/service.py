"""A service with one endpoint for each thing that a list of tasks does not solve."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import httpx
from fastapi import FastAPI

from examples import lab


# --8<-- [start:endpoints]
def app() -> FastAPI:
    """Make the service."""
    made = FastAPI()

    @made.get("/health")
    async def health() -> str:
        return "ok"

    @made.get("/sum/{limit}")
    async def hot(limit: int) -> int:
        return sum(range(limit))

    @made.get("/report")
    async def blocking() -> None:
        time.sleep(300)  # noqa: ASYNC251 # the fault that is shown

    @made.get("/slow")
    async def slow() -> str:
        await asyncio.sleep(1)
        return "done"

    return made


# --8<-- [end:endpoints]


@contextlib.asynccontextmanager
async def answering() -> AsyncIterator[lab.Service]:
    """Serve it, and wait until it answers."""
    async with lab.uvicorn("examples.limits.service:app") as target:
        async with httpx.AsyncClient(base_url=target.url, timeout=20) as client:
            await client.get("/health")
        yield target


if __name__ == "__main__":
    lab.play(answering())
