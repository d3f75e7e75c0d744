"""A service that breaks each rule of the policy that a tool can see."""

import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import InterpreterPoolExecutor

import httpx
import redis
from fastapi import FastAPI

app = FastAPI()
pool = InterpreterPoolExecutor(1)
redis_client = redis.Redis()


async def price(symbol: str) -> bytes:
    """Wait for an answer for as long as it takes."""
    reader, writer = await asyncio.open_connection("prices.internal", 7000)
    writer.write(f"{symbol}\n".encode())
    return await reader.readline()


@app.get("/price/{symbol}")
async def cached_price(symbol: str) -> object:
    """Ask two services with clients that block the loop or never give up."""
    async with httpx.AsyncClient(timeout=None) as client:  # noqa: S113 # the fault
        await client.get("http://audit.internal/")
    return redis_client.get(symbol)


async def start() -> asyncio.Queue[bytes]:
    """Start a task that nobody keeps, on a queue that grows without end."""
    updates: asyncio.Queue[bytes] = asyncio.Queue()
    asyncio.create_task(push(updates))  # noqa: RUF006 # the fault
    return updates


async def push(updates: asyncio.Queue[bytes]) -> None:
    """Put one price after another."""
    while True:
        await updates.put(await price("ACME"))


async def first(messages: AsyncGenerator[bytes]) -> bytes:
    """Wrap the next message in a task, which blinds `asyncio ps` for the whole process."""
    return await asyncio.create_task(anext(messages), name="first message")
