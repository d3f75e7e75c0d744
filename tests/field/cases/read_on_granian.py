"""A call to another service has no deadline. Litestar on granian, in one process."""

import os
import sys

import httpx
from litestar import Litestar, get

import _lab

STOCK = os.environ.get("STOCK", "")


async def ask_stock(item: str) -> str:
    async with httpx.AsyncClient(timeout=0.2 if _lab.FIXED else None, verify=False) as client:
        try:
            return (await client.get(f"{STOCK}/{item}")).text
        except httpx.TimeoutException:
            return "unknown"


@get("/items/{item:str}")
async def show(item: str) -> str:
    return await ask_stock(item)


app = Litestar([show])

if __name__ == "__main__":
    command = [sys.executable, "-m", "granian", f"{_lab.SCRIPT.stem}:app", "--interface", "asgi"]
    service = _lab.serve(
        *command, "--port", "{port}", "--no-log", "--loop", "asyncio", env={"STOCK": _lab.silent()}
    )
    _lab.traffic(service, "/items/7", 4)
    _lab.ready(service, works=_lab.answers(service, "/items/8"))
