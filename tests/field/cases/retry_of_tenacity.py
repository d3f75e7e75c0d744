"""A request repeats a refused call through tenacity, which was given no end. Aiohttp."""

import asyncio
import os

import tenacity
from aiohttp import web

import _lab

BANK = int(os.environ.get("BANK", "0"))


@tenacity.retry(
    wait=tenacity.wait_exponential(multiplier=0.2, max=8),
    stop=tenacity.stop_after_attempt(2) if _lab.FIXED else tenacity.stop_never,
)
async def transfer() -> None:
    await asyncio.open_connection("127.0.0.1", BANK)


async def pay(request: web.Request) -> web.Response:
    try:
        await transfer()
    except tenacity.RetryError:
        return web.Response(text="later")
    return web.Response(text="paid")


if __name__ == "__main__":
    if _lab.PORT:
        app = web.Application()
        app.router.add_get("/pay", pay)
        web.run_app(app, host="127.0.0.1", port=_lab.PORT, print=None)
    else:
        service = _lab.script(env={"BANK": str(_lab.free_port())})
        _lab.traffic(service, "/pay", 6)
        # The pauses have become longer than a look by then.
        while not _lab.FIXED and _lab.answers(service, "/pay", patience=8):
            pass
        _lab.ready(service, works=_lab.answers(service, "/pay"))
