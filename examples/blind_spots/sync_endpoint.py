"""A synchronous endpoint: ps shows that a thread works, and not on what."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import httpx
import psutil
from fastapi import FastAPI

from examples import lab


def app() -> FastAPI:
    """Make the service."""
    made = FastAPI()
    made.get("/report")(report)
    return made


def report() -> None:
    """Take an hour, in a thread."""
    time.sleep(3600)


@contextlib.asynccontextmanager
async def one_request() -> AsyncIterator[lab.Service]:
    """Ask for the report, and wait until a thread is at it."""
    async with (
        lab.uvicorn("examples.blind_spots.sync_endpoint:app") as target,
        httpx.AsyncClient(base_url=target.url, timeout=3600) as client,
        asyncio.TaskGroup() as clients,
    ):
        await client.get("/openapi.json")
        request = clients.create_task(client.get("/report"))
        await lab.until(lambda: in_two_threads(target.pid))
        yield target
        request.cancel()


async def in_two_threads(pid: int) -> bool:
    """Tell whether the process has a thread beside its main one."""
    return len(psutil.Process(pid).threads()) > 1


if __name__ == "__main__":
    lab.play(one_request())
