"""Requests share one log-in, which waits for a connection that nobody takes. Quart on hypercorn."""

import asyncio
import os
import sys
from contextlib import suppress

from quart import Quart

import _lab

LEDGER = os.environ.get("LEDGER", "")
app = Quart(__name__)


class Session:
    def __init__(self) -> None:
        self.refresh = None

    async def log_in(self) -> str:
        host, _, port = LEDGER.partition(":")
        with suppress(TimeoutError):
            async with asyncio.timeout(0.2 if _lab.FIXED else None):
                await asyncio.open_connection(host, int(port))
        return "token"

    async def token(self) -> str:
        if self.refresh is None or self.refresh.done():
            self.refresh = asyncio.create_task(self.log_in())
        return await asyncio.shield(self.refresh)


session = Session()


@app.get("/account")
async def account():
    return await session.token()


if __name__ == "__main__":
    command = [sys.executable, "-m", "hypercorn", f"{_lab.SCRIPT.stem}:app"]
    service = _lab.serve(
        *command, "--bind", "127.0.0.1:{port}", env={"LEDGER": "{}:{}".format(*_lab.full())}
    )
    _lab.traffic(service, "/account", 4)
    _lab.ready(service, works=_lab.answers(service, "/account"))
