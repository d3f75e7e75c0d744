"""Bad candidate: a request path that needs low latency.

The service answers with a small sum, computed in place or in its interpreter
pool. The pool costs a trip there and back, and a request that finds every
worker busy waits for a whole batch slice to end, since none can be stopped.
"""

import asyncio
import contextlib
import itertools
import statistics
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import InterpreterPoolExecutor

import httpx
from fastapi import FastAPI, Request

from examples import lab
from examples.candidates import figures, work

REQUESTS = 20
BATCH = 2_000  # units of `work.spin`: one slice of the batch that shares the pool


@contextlib.asynccontextmanager
async def pool_of_one(app: FastAPI) -> AsyncIterator[None]:
    """Give the application a warm pool."""
    with InterpreterPoolExecutor(1) as pool:
        app.state.pool = pool
        await in_pool(app, 1)
        yield


async def in_pool(app: FastAPI, units: int) -> int:
    """Compute in the pool of the application."""
    return await asyncio.get_running_loop().run_in_executor(app.state.pool, work.spin, units)


def service() -> FastAPI:
    """Make the application."""
    app = FastAPI(lifespan=pool_of_one)

    @app.get("/direct")
    async def direct() -> int:
        return work.spin(1)

    @app.get("/pool")
    async def pool(request: Request) -> int:
        return await in_pool(request.app, 1)

    @app.get("/batch")
    async def batch(request: Request) -> int:
        return await in_pool(request.app, BATCH)

    return app


async def latencies(client: httpx.AsyncClient, path: str) -> list[float]:
    """Return the milliseconds of some requests, one after another."""
    taken = []
    for _ in range(REQUESTS):
        start = time.perf_counter()
        (await client.get(path)).raise_for_status()
        taken.append((time.perf_counter() - start) * 1e3)
    return taken


async def batches(client: httpx.AsyncClient) -> None:
    """Keep the pool busy with slices of a batch."""
    for _ in itertools.count():
        (await client.get("/batch")).raise_for_status()


async def requests() -> dict[str, float]:
    """Return the median milliseconds of a request on each path."""
    port = lab.free_port()
    # Not by a socket that is handed over: on one, uvicorn leaves Nagle's algorithm on.
    command = (
        sys.executable,
        "-m",
        "uvicorn",
        "--factory",
        "examples.candidates.request_path:service",
    )
    async with (
        lab.process(*command, "--port", str(port), "--log-level", "warning"),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):

        async def answers() -> bool:
            with contextlib.suppress(httpx.ConnectError):
                return (await client.get("/direct")).is_success
            return False

        await lab.until(answers)
        direct = await latencies(client, "/direct")
        idle = await latencies(client, "/pool")
        batch = asyncio.create_task(batches(client))
        busy = await latencies(client, "/pool")
        batch.cancel()
    cases = {"direct": direct, "idle pool": idle, "busy pool": busy}
    return {case: statistics.median(taken) for case, taken in cases.items()}


def measure() -> figures.Figures:
    """Measure the figures of this candidate."""
    return {"request": asyncio.run(requests())}


if __name__ == "__main__":
    figures.main(measure, {"request": "a request that computes for a moment, median ms"})
