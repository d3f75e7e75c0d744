"""A service with three consumers that scores on request, in a pool of its own process."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from concurrent.futures import Executor

from fastapi import FastAPI

from examples.interpreters.lessons import work
from examples.interpreters.lessons.pools import POOLS

LONG = 600.0  # seconds, so that it does not end while somebody looks


async def consume() -> None:
    """Wait for messages that do not come."""
    await asyncio.Event().wait()


# --8<-- [start:app]
def create() -> FastAPI:
    """Make the application."""
    pools: dict[str, Executor] = {}

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            consumers = [group.create_task(consume(), name=f"consumer-{n}") for n in (1, 2, 3)]
            yield
            for consumer in consumers:
                consumer.cancel()

    app = FastAPI(lifespan=lifespan)

    @app.post("/score/{tool}")
    async def score(tool: str) -> None:
        pool = pools.setdefault(tool, POOLS[tool](1))
        await asyncio.get_running_loop().run_in_executor(pool, work.spin, 1)

    @app.post("/close")
    def close() -> None:
        pools.popitem()[1].shutdown()

    @app.post("/run_away")
    async def run_away() -> None:
        await score("interpreter")  # so that code from outside meets none of its imports
        pools["interpreter"].submit(work.run_away, LONG)

    @app.post("/block")
    async def block() -> None:
        time.sleep(LONG)  # noqa: ASYNC251 # this is what somebody has to find

    return app


# --8<-- [end:app]
