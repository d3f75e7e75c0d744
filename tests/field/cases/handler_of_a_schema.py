"""Handlers are generated from a schema with exec(), and an upstream is silent."""

import os

import httpx
from fastapi import FastAPI

import _lab

UPSTREAM = os.environ.get("UPSTREAM", "")
LIMIT = 0.2 if _lab.FIXED else None
HANDLER = """
@app.get("{path}")
async def get_orders():
    async with httpx.AsyncClient(verify=False, timeout=LIMIT) as client:
        try:
            return (await client.get(UPSTREAM)).text
        except httpx.TimeoutException:
            return "late"
"""
app = FastAPI()
exec(
    HANDLER.format(path="/orders"),
    {"app": app, "httpx": httpx, "LIMIT": LIMIT, "UPSTREAM": UPSTREAM},
)

if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio", env={"UPSTREAM": _lab.silent()})
    _lab.traffic(service, "/orders", 3)
    _lab.ready(service, works=_lab.answers(service, "/orders", patience=5))
