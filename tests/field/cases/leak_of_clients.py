"""Each request makes a client that it never closes, until no descriptor is left to accept with."""

import os
import resource

import httpx
from fastapi import FastAPI

import _lab

FLAGS = os.environ.get("FLAGS", "")
app = FastAPI()
kept = []


async def read_flags() -> str:
    client = httpx.AsyncClient(verify=False)
    answer = await client.get(FLAGS)
    if _lab.FIXED:
        await client.aclose()
    else:
        kept.append(client)
    return answer.text


@app.get("/flags")
async def flags():
    return await read_flags()


if __name__ == "__main__":
    upstream = _lab.upstream()
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (80, limits[1]))
    service = _lab.uvicorn("--loop", "asyncio", env={"FLAGS": upstream})
    resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    for _ in range(100):
        works = _lab.answers(service, "/flags")
    _lab.traffic(service, "/flags", 2, pause=0.5)
    _lab.ready(service, works=works)
else:
    import logging

    logging.getLogger("asyncio").disabled = True
