"""The service was told to stop, and its clean-up waits for a task that nobody cancels. Aiohttp."""

import asyncio
import os
import signal
import time

from aiohttp import web

import _lab


async def poll_prices() -> None:
    while True:
        await asyncio.sleep(1)


async def poller(app: web.Application):
    task = asyncio.create_task(poll_prices())
    yield
    await finish(task)


async def finish(task: asyncio.Task) -> None:
    await task


if __name__ == "__main__":
    if _lab.PORT:
        app = web.Application()
        app.cleanup_ctx.append(poller)
        web.run_app(app, host="127.0.0.1", port=_lab.PORT, print=None)
    else:
        service = _lab.script()
        if not _lab.FIXED:
            os.kill(service.pid, signal.SIGTERM)
            while _lab.get(service, "/", patience=1):
                pass
            time.sleep(1)
        _lab.ready(service, works=_lab.get(service, "/", patience=1) == 404)
