"""One service and one worker, started as production starts them.

``python examples/which_process/service.py single|workers|taskiq``
"""

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
from fastapi import FastAPI
from redis.asyncio import Redis
from taskiq_redis import RedisStreamBroker

from examples import lab

HERE = "examples.which_process.service"

broker = RedisStreamBroker(os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"))


def app() -> FastAPI:
    """Make a service that says which of its processes answered."""
    made = FastAPI()

    @made.get("/pid")
    async def pid() -> int:
        # Held, so that the next connection goes to another worker.
        await asyncio.sleep(0.1)
        return os.getpid()

    return made


@contextlib.asynccontextmanager
async def served(*options: str, processes: int) -> AsyncIterator[lab.Service]:
    """Run the uvicorn command until each of its processes has answered."""
    async with lab.uvicorn(f"{HERE}:app", *options) as target:

        async def all_answer() -> bool:
            async with httpx.AsyncClient(base_url=target.url, timeout=20) as client:
                answers = await asyncio.gather(*(client.get("/pid") for _ in range(20)))
            return len({answer.text for answer in answers}) == processes

        await lab.until(all_answer)
        yield target


@contextlib.asynccontextmanager
async def worked() -> AsyncIterator[lab.Service]:
    """Run the taskiq command until its worker waits for messages."""
    async with lab.redis() as url, Redis.from_url(url) as client:
        taskiq = str(Path(sys.executable).with_name("taskiq"))
        command = [taskiq, "worker", f"{HERE}:broker", "--workers", "1"]
        async with lab.process(*command, env={"REDIS_URL": url}) as pid:

            async def listens() -> bool:
                return any(peer["cmd"] == "xreadgroup" for peer in await client.client_list())

            await lab.until(listens)
            yield lab.Service(pid)


SCENES = {
    "single": lambda: served(processes=1),
    "workers": lambda: served("--workers", "2", processes=2),
    "taskiq": worked,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=SCENES)
    lab.play(SCENES[parser.parse_args().command]())
