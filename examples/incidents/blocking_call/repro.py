"""A coroutine calls a Redis client that blocks, and the whole process stands still."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import redis
import redis.asyncio
from fastapi import FastAPI

from examples import lab

PATIENCE = 3600  # seconds; this client outlasts any look at the service
REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1")


type Alert = str | bytes | None


# --8<-- [start:fault]
blocking_client = redis.Redis.from_url(REDIS_URL, socket_timeout=None, decode_responses=True)


async def next_alert() -> dict[str, Alert]:
    """Wait for the next alert."""
    return {"alert": blocking_client.blmove("alerts", "delivered", timeout=0)}


# --8<-- [end:fault]


# --8<-- [start:fixed]
async_client = redis.asyncio.Redis.from_url(REDIS_URL, socket_timeout=None, decode_responses=True)


async def next_alert_async() -> dict[str, Alert]:
    """Wait for the next alert, and let other tasks run meanwhile."""
    return {"alert": await async_client.blmove("alerts", "delivered", timeout=0)}


# --8<-- [end:fixed]


def service(handler: Callable[[], Awaitable[dict[str, Alert]]]) -> FastAPI:
    """Make the service around one of the two handlers."""
    app = FastAPI()
    app.get("/alerts/next")(handler)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(next_alert)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(next_alert_async)


@contextlib.asynccontextmanager
async def one_request(factory: str) -> AsyncIterator[lab.Service]:
    """Let one client wait for an alert that nobody sends."""
    async with (
        lab.redis() as redis_url,
        redis.asyncio.Redis.from_url(redis_url) as observer,
        lab.uvicorn(factory, env={"REDIS_URL": redis_url}) as target,
        httpx.AsyncClient(base_url=target.url, timeout=PATIENCE) as client,
        asyncio.TaskGroup() as clients,
    ):
        request = clients.create_task(client.get("/alerts/next"))

        async def waits() -> bool:
            clients: dict[str, int] = await observer.info("clients")
            return clients["blocked_clients"] == 1

        await lab.until(waits)
        yield lab.Service(target.pid, target.url, redis_url)
        request.cancel()


if __name__ == "__main__":
    lab.run(__file__, one_request)
