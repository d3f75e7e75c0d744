"""The task that listens to Redis has died, and nobody looks at what it raised."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Coroutine

import httpx
from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from websockets.asyncio.client import connect

from examples import lab

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1")
log = logging.getLogger(__name__)

sockets: list[WebSocket] = []

# By default redis-py tries ten times before it raises. This one need not be waited for.
redis = Redis.from_url(REDIS_URL, retry=Retry(NoBackoff(), 0))


# --8<-- [start:fault]
async def listen() -> None:
    """Send every update that comes from Redis to every client."""
    async with redis.pubsub() as channel:
        await channel.subscribe("updates")
        async for message in channel.listen():
            if message["type"] == "message":
                for socket in sockets.copy():
                    await socket.send_bytes(message["data"])


# --8<-- [end:fault]


# --8<-- [start:fixed]
async def keep_listening() -> None:
    """Subscribe again whenever Redis was lost."""
    while True:
        try:
            await listen()
        except RedisError:
            log.exception("lost Redis, subscribing again")
            await asyncio.sleep(0.1)


# --8<-- [end:fixed]


def service(broadcaster: Callable[[], Coroutine[None, None, None]]) -> FastAPI:
    """Make the service around one of the two broadcasters."""
    tasks: list[asyncio.Task[None]] = []

    # --8<-- [start:start]
    @contextlib.asynccontextmanager
    async def with_broadcaster(_: FastAPI) -> AsyncIterator[None]:
        tasks.append(asyncio.create_task(broadcaster(), name="broadcaster"))
        yield
        tasks[0].cancel()

    # --8<-- [end:start]

    app = FastAPI(lifespan=with_broadcaster)

    @app.websocket("/updates")
    async def session(socket: WebSocket) -> None:
        await socket.accept()
        sockets.append(socket)
        with contextlib.suppress(WebSocketDisconnect):
            while True:
                await socket.receive_text()
        sockets.remove(socket)

    @app.post("/updates")
    async def publish() -> dict[str, int]:
        return {"receivers": await redis.publish("updates", "ACME 100")}

    @app.get("/sessions")
    async def sessions() -> dict[str, int]:
        return {"open": len(sockets)}

    # --8<-- [start:metric]
    @app.get("/broadcaster")
    async def alive() -> dict[str, bool]:
        return {"alive": not tasks[0].done()}

    # --8<-- [end:metric]

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(listen)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(keep_listening)


@contextlib.asynccontextmanager
async def redis_drops_the_listener(factory: str) -> AsyncIterator[lab.Service]:
    """Let one client get an update, then let Redis close the connection of the listener."""
    async with (
        lab.redis(needs_server=True) as redis_url,
        Redis.from_url(redis_url) as server,
        lab.uvicorn(factory, env={"REDIS_URL": redis_url}) as target,
        httpx.AsyncClient(base_url=target.url, timeout=60) as client,
    ):

        async def subscribed() -> bool:
            [(_, listeners)] = await server.pubsub_numsub("updates")
            return bool(listeners)

        async def settled() -> bool:
            alive = (await client.get("/broadcaster")).json()["alive"]
            return not alive or await subscribed()

        async with connect(f"{target.websocket_url}/updates") as reader:
            await lab.until(subscribed)
            await client.post("/updates")
            await reader.recv()
            await server.client_kill_filter(_type="pubsub")
            await lab.until(settled)
            yield lab.Service(target.pid, target.url, redis_url)


if __name__ == "__main__":
    lab.run(__file__, redis_drops_the_listener)
