"""A call to another service has no deadline. FastAPI on uvicorn's workers below gunicorn."""

import os
import sys

import httpx
from fastapi import FastAPI

import _lab

MAP = os.environ.get("MAP", "")
app = FastAPI()
client = httpx.AsyncClient(timeout=0.2 if _lab.FIXED else None, verify=False)


async def ask_map(place: str) -> str:
    try:
        return (await client.get(f"{MAP}/{place}")).text
    except httpx.TimeoutException:
        return "unknown"


@app.get("/places/{place}")
async def show(place: str):
    return {"place": await ask_map(place)}


@app.get("/")
async def index():
    return {}


if __name__ == "__main__":
    command = [sys.executable, "-m", "gunicorn", f"{_lab.SCRIPT.stem}:app", "--workers", "2"]
    command += ["--worker-class", "uvicorn_worker.UvicornWorker", "--bind", "127.0.0.1:{port}"]
    service = _lab.serve(*command, "--log-level", "error", env={"MAP": _lab.silent()})
    # The port is open before a worker serves it.
    _lab.get(service, "/", patience=_lab.START_SECONDS)
    _lab.traffic(service, "/places/a", 6)
    _lab.ready(service, works=_lab.answers(service, "/places/b"))
