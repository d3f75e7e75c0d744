"""A blocking pop and all other commands use one connection to Redis, behind a lock."""

import asyncio
import os
from contextlib import asynccontextmanager

import redis.asyncio as redis
from fastapi import FastAPI

import _lab


async def consume(client: redis.Redis) -> None:
    while True:
        await client.blpop("field-jobs", timeout=0)


@asynccontextmanager
async def lifespan(app: FastAPI):
    client = redis.Redis.from_url(
        os.environ["REDIS_URL"], single_connection_client=not _lab.FIXED, socket_timeout=None
    )
    app.state.redis = client
    await client.ping()
    consumer = asyncio.create_task(consume(client))
    yield
    consumer.cancel()


app = FastAPI(lifespan=lifespan)


@app.get("/price")
async def price():
    return await app.state.redis.get("price")


if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio")
    _lab.answers(service, "/price")
    _lab.traffic(service, "/price", 3)
    _lab.ready(service, works=_lab.answers(service, "/price"))
