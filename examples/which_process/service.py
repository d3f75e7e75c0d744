"""One service and one worker, started as production starts them.

``python examples/which_process/service.py single|workers|taskiq|lifespan|bootstrap``
"""

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
from fastapi import FastAPI
from redis.asyncio import Redis
from taskiq import TaskiqEvents, TaskiqState
from taskiq_redis import RedisStreamBroker

from examples import lab

PACKAGE = "examples.which_process"
HERE = f"{PACKAGE}.service"

REDIS_URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")

broker = RedisStreamBroker(REDIS_URL)
feeding = RedisStreamBroker(REDIS_URL)


# --8<-- [start:children]
@contextlib.asynccontextmanager
async def feed() -> AsyncIterator[None]:
    """Run the process of prices for as long as its owner runs."""
    child = await asyncio.create_subprocess_exec(sys.executable, "-m", f"{PACKAGE}.feed")
    try:
        yield
    finally:
        child.terminate()
        await child.wait()


@contextlib.asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    """Start the process with the API, and end it with the API."""
    async with feed():
        yield


@feeding.on_event(TaskiqEvents.WORKER_STARTUP)
async def bootstrap(state: TaskiqState) -> None:
    """Start the process with the worker."""
    state.owned = contextlib.AsyncExitStack()
    await state.owned.enter_async_context(feed())


@feeding.on_event(TaskiqEvents.WORKER_SHUTDOWN)
async def teardown(state: TaskiqState) -> None:
    """End the process with the worker."""
    await state.owned.aclose()


def api() -> FastAPI:
    """Make a service whose lifespan starts the process."""
    return FastAPI(lifespan=lifespan)


# --8<-- [end:children]


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
async def worked(name: str, reads: str) -> AsyncIterator[lab.Service]:
    """Run the taskiq command until some client of Redis is in the command `reads`."""
    async with lab.redis() as url, Redis.from_url(url) as client:
        taskiq = str(Path(sys.executable).with_name("taskiq"))
        command = [taskiq, "worker", f"{HERE}:{name}", "--workers", "1"]
        async with lab.process(*command, env={"REDIS_URL": url}) as pid:
            await lab.until(lambda: is_in(client, reads))
            yield lab.Service(pid)


@contextlib.asynccontextmanager
async def fed() -> AsyncIterator[lab.Service]:
    """Run the uvicorn command until the process that its lifespan starts reads prices."""
    async with (
        lab.redis() as url,
        Redis.from_url(url) as client,
        lab.uvicorn(f"{HERE}:api", env={"REDIS_URL": url}) as target,
    ):
        await lab.until(lambda: is_in(client, "xread"))
        yield target


async def is_in(client: Redis, command: str) -> bool:
    """Say whether some client of this Redis waits in `command`."""
    return any(peer["cmd"] == command for peer in await client.client_list())


SCENES: dict[str, Callable[[], contextlib.AbstractAsyncContextManager[lab.Service]]] = {
    "single": lambda: served(processes=1),
    "workers": lambda: served("--workers", "2", processes=2),
    "taskiq": lambda: worked("broker", "xreadgroup"),
    "lifespan": fed,
    "bootstrap": lambda: worked("feeding", "xread"),
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=SCENES)
    lab.play(SCENES[parser.parse_args().command]())
