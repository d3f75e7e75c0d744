"""Requests wait for a pool of processes, both of which read from a device that says nothing."""

import asyncio
import concurrent.futures
import os

from aiohttp import web

import _lab

pool = None


def read_label(number: int) -> int:
    if not _lab.FIXED:
        device, _ = os.pipe()
        os.read(device, number)
    return number


async def label() -> int:
    return await asyncio.get_running_loop().run_in_executor(pool, read_label, 1)


async def labels(_: web.Request) -> web.Response:
    return web.Response(text=str(await label()))


if __name__ == "__main__":
    if _lab.PORT:
        pool = concurrent.futures.ProcessPoolExecutor(2)
        app = web.Application()
        app.router.add_get("/labels", labels)
        web.run_app(app, host="127.0.0.1", port=_lab.PORT, print=None)
    else:
        service = _lab.script()
        _lab.traffic(service, "/labels", 5)
        _lab.ready(service, works=_lab.answers(service, "/labels", patience=10))
