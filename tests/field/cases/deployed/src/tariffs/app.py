"""Tariffs: each request asks the exchange for a rate, one after the other, and waits for ever."""

import asyncio
import os
from contextlib import suppress

from fastapi import FastAPI

app = FastAPI()
FIXED = os.environ.get("FIXED") == "1"
EXCHANGE = os.environ.get("EXCHANGE", "")
book = asyncio.Lock()


async def ask_exchange(zone: int) -> bytes:
    _, _, port = EXCHANGE.rpartition(":")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    writer.write(b"RATE %d\n" % zone)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(0.05 if FIXED else None):
                return await reader.readline()
        return b"unknown"
    finally:
        writer.close()


async def book_rate(zone: int) -> bytes:
    async with book:
        return await ask_exchange(zone)


@app.get("/tariffs/{zone}")
async def tariff(zone: int) -> str:
    return (await book_rate(zone)).decode()
