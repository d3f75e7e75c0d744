"""Targets in which nothing is wrong, from idle to busy."""

import asyncio
import contextlib
import functools
import sys
from collections.abc import AsyncIterator, Callable

import httpx
from redis.asyncio import Redis
from taskiq_redis import RedisStreamBroker
from websockets.asyncio.client import connect

from examples import lab
from tests.triage.targets import jobs

SERVICE = "tests.triage.targets.service:make"
CLIENTS = 30
SESSIONS = 200
WORKERS = 2

type Target = Callable[[], contextlib.AbstractAsyncContextManager[int]]


@contextlib.asynccontextmanager
async def background(*work: Callable[[], object]) -> AsyncIterator[None]:
    """Call each of the coroutine functions again and again while the block runs."""

    async def again(act: Callable[[], object]) -> None:
        while True:
            await act()  # type: ignore[misc]  # each is a coroutine function

    tasks = [asyncio.create_task(again(act)) for act in work]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def server(*options: str, clients: int) -> AsyncIterator[int]:
    """Serve, with clients that each send one request after the other."""
    async with (
        lab.uvicorn(SERVICE, *options) as target,
        httpx.AsyncClient(base_url=target.url, timeout=300) as client,
    ):
        await client.get("/work")
        async with background(*[functools.partial(client.get, "/work")] * clients):
            yield target.pid


@contextlib.asynccontextmanager
async def sessions() -> AsyncIterator[int]:
    """Hold many WebSocket sessions open in which nobody says a word."""
    async with lab.uvicorn(SERVICE) as target, contextlib.AsyncExitStack() as stack:
        url = f"{target.websocket_url}/session"
        first = await stack.enter_async_context(connect(url, open_timeout=300))
        for _ in range(SESSIONS - 1):
            await stack.enter_async_context(connect(url, open_timeout=300))
        await first.send("answered once the others are in")
        await first.recv()
        yield target.pid


@contextlib.asynccontextmanager
async def worker(*, busy: bool) -> AsyncIterator[int]:
    """Run a TaskIQ manager with two workers, with or without jobs."""
    async with lab.redis() as url, Redis.from_url(url) as client:
        command = [sys.executable, "-m", "taskiq", "worker", "tests.triage.targets.jobs:broker"]
        command += ["--workers", str(WORKERS), "--log-level", "WARNING"]
        async with lab.process(*command, env={"REDIS_URL": url}) as pid:
            broker = RedisStreamBroker(url)
            await broker.startup()
            send = jobs.work.kicker().with_broker(broker).kiq

            async def all_work() -> bool:
                await send()
                return len(await client.smembers("workers")) == WORKERS

            await lab.until(all_work, seconds=300)

            async def feed() -> None:
                await send()
                await asyncio.sleep(0.01)

            async with background(*[feed] * busy):
                if not busy:
                    await lab.until(functools.partial(nothing_pending, client), seconds=300)
                yield pid
            await broker.shutdown()


async def nothing_pending(client: Redis) -> bool:
    """Tell whether the workers have done every job."""
    (group,) = await client.xinfo_groups("taskiq")
    return bool(group["pending"] == 0 and group["lag"] == 0)


@contextlib.asynccontextmanager
async def loop(name: str) -> AsyncIterator[int]:
    """Run one of the loops that wait on purpose."""
    async with lab.redis() as url, Redis.from_url(url) as client:
        command = [sys.executable, "-m", "tests.triage.targets.loops", name]
        async with lab.process(*command, env={"REDIS_URL": url}) as pid:

            async def connected() -> bool:
                return any(entry["name"] == "consumer" for entry in await client.client_list())

            await lab.until(connected, seconds=300)
            yield pid


HEALTHY: dict[str, Target] = {
    **{
        f"uvicorn on {name}, {what}": functools.partial(server, "--loop", name, clients=clients)
        for name in ("asyncio", "uvloop")
        for what, clients in (("idle", 0), (f"{CLIENTS} clients", CLIENTS))
    },
    "uvicorn with 2 workers": functools.partial(server, "--workers", "2", clients=2),
    "TaskIQ worker, idle": functools.partial(worker, busy=False),
    "TaskIQ worker, busy": functools.partial(worker, busy=True),
    "200 idle WebSocket sessions": sessions,
    "consumer of an empty stream": functools.partial(loop, "consume"),
    "poll loop": functools.partial(loop, "poll"),
}
