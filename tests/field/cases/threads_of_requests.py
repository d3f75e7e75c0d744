"""Each request starts a thread that reads from a silent device, and nothing ends these."""

import os
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

from fastapi import FastAPI

import _lab

DEVICE = int(os.environ.get("DEVICE", "http://device:0").rpartition(":")[2])
app = FastAPI()


def refresh() -> None:
    with socket.create_connection(("127.0.0.1", DEVICE)) as device, suppress(TimeoutError):
        device.settimeout(0.2 if _lab.FIXED else None)
        device.sendall(b"status\n")
        device.recv(100)


@app.get("/status")
async def status():
    threading.Thread(target=refresh, daemon=True).start()
    return "as before"


if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio", env={"DEVICE": _lab.silent()})
    _lab.traffic(service, "/status", 2)
    for _ in range(60):
        _lab.answers(service, "/status")
    time.sleep(1)
    _lab.ready(service, works=len([*Path(f"/proc/{service.pid}/task").iterdir()]) < 40)
