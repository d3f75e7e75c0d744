"""A deadline cancels a call, and the clean-up behind it is shielded and asks a silent upstream."""

import os
from contextlib import suppress

import anyio
import httpx
from fastapi import FastAPI

import _lab

SEATS = os.environ.get("SEATS", "")
app = FastAPI()


async def release(client: httpx.AsyncClient, seat: int) -> None:
    with anyio.CancelScope(shield=True), suppress(httpx.TimeoutException):
        await client.delete(f"{SEATS}/{seat}", timeout=0.5 if _lab.FIXED else None)


@app.get("/book")
async def book():
    async with httpx.AsyncClient(verify=False, timeout=1 if _lab.FIXED else None) as client:
        with anyio.move_on_after(0.5):
            try:
                await client.post(f"{SEATS}/7")
            finally:
                await release(client, 7)
    return "no seat"


if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio", env={"SEATS": _lab.silent()})
    _lab.traffic(service, "/book", 3)
    _lab.ready(service, works=_lab.answers(service, "/book", patience=8))
