"""Each check opens an HTTP session that it does not close, until hardly a descriptor is left."""

import asyncio
import os
import resource
from pathlib import Path

import aiohttp

import _lab

UPSTREAM = os.environ.get("UPSTREAM", "")
kept = []


def used(pid: int | str) -> int:
    return len([*Path(f"/proc/{pid}/fd").iterdir()])


async def check() -> None:
    session = aiohttp.ClientSession()
    async with session.get(UPSTREAM) as answer:
        await answer.read()
    if _lab.FIXED:
        await session.close()
    else:
        kept.append(session)


async def monitor() -> None:
    while True:
        if used("self") < 98:
            await check()
        await asyncio.sleep(0.02)


async def main() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", _lab.PORT)
    async with asyncio.TaskGroup() as group:
        group.create_task(monitor())
        group.create_task(server.serve_forever())


if __name__ == "__main__":
    if _lab.PORT:
        asyncio.run(main())
    else:
        service = _lab.script(env={"UPSTREAM": _lab.upstream()})
        _lab.until_used(lambda: used(service.pid) > 90)
        _lab.ready(service, works=used(service.pid) < 80)
