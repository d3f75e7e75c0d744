"""A service that scores on request, in one of three places."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import Executor, InterpreterPoolExecutor, ProcessPoolExecutor

from fastapi import FastAPI

from examples.interpreters.lessons import tasks


# --8<-- [start:app]
def create() -> FastAPI:
    """Make the application."""
    pools: dict[str, Executor] = {}

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        feed = asyncio.create_task(asyncio.Event().wait(), name="market-feed")
        yield
        feed.cancel()
        for pool in pools.values():
            pool.shutdown()

    app = FastAPI(lifespan=lifespan)

    @app.post("/score/interpreter")
    async def score_here() -> None:
        pool = pools.setdefault("interpreter", InterpreterPoolExecutor(1))
        await asyncio.get_running_loop().run_in_executor(pool, tasks.where)

    @app.post("/score/process")
    async def score_in_a_process_of_its_own() -> None:
        pool = pools.setdefault("process", ProcessPoolExecutor(1))
        await asyncio.get_running_loop().run_in_executor(pool, tasks.score)

    @app.post("/close")
    def close() -> None:
        pools.pop("interpreter").shutdown()

    return app


# --8<-- [end:app]
