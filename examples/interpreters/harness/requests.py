"""What a pool does to a request: the latency of a real service, with a batch beside it.

The service answers with a small sum, computed in the loop or in a pool of one worker. The pool
costs a trip there and back, and a request that finds its worker busy waits for a whole slice of
the batch to end, since none can be stopped.
"""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import Executor

import httpx
from fastapi import FastAPI

from examples import lab
from examples.interpreters.harness import executors, worker
from examples.interpreters.workloads import kernel

KINDS: tuple[executors.Kind, ...] = ("direct", "thread", "forkserver", "interpreter")
SHORT, LONG = 1_000, 1_000_000  # steps of the kernel: a request, and a slice of the batch
PAYLOAD = 1024  # bytes


def service() -> FastAPI:
    """Make the application, which opens a pool when it is first asked for."""
    pools: dict[str, Executor] = {}

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        for pool in pools.values():
            pool.shutdown()

    app = FastAPI(lifespan=lifespan)

    @app.get("/{kind}/{steps}")
    async def compute(kind: executors.Kind, steps: int) -> None:
        if kind not in pools:
            pools[kind] = executors.open_pool(kind, 1)
        payload = kernel.slice_of(steps, PAYLOAD).tobytes()
        await asyncio.wrap_future(
            pools[kind].submit(worker.run_chunk, "kernel", "packed", (payload,))
        )

    return app


async def latencies(client: httpx.AsyncClient, kind: str, count: int) -> list[float]:
    """Give the seconds of some requests, one after another."""
    taken = []
    for _ in range(count):
        start = time.perf_counter()
        (await client.get(f"/{kind}/{SHORT}")).raise_for_status()
        taken.append(time.perf_counter() - start)
    return taken


async def batch(client: httpx.AsyncClient, kind: str) -> None:
    """Keep the worker busy with slices of a batch."""
    while True:
        (await client.get(f"/{kind}/{LONG}")).raise_for_status()


async def measure(count: int) -> dict[str, dict[str, list[float]]]:
    """Give the seconds of `count` requests to each kind of executor, alone and beside a batch."""
    port = lab.free_port()
    # Not by a socket that is handed over: on one, uvicorn leaves Nagle's algorithm on.
    command = (sys.executable, "-m", "uvicorn", "--factory", f"{__name__}:service")
    rows: dict[str, dict[str, list[float]]] = {}
    async with (
        lab.process(*command, "--port", str(port), "--log-level", "warning"),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client,
    ):

        async def answers() -> bool:
            with contextlib.suppress(httpx.ConnectError):
                return (await client.get(f"/direct/{SHORT}")).is_success
            return False

        await lab.until(answers)
        for kind in KINDS:
            await latencies(client, kind, 1)  # opens the pool
            alone = await latencies(client, kind, count)
            # A group, so that a batch that fails does not leave the requests alone unnoticed.
            async with asyncio.TaskGroup() as group:
                beside = group.create_task(batch(client, kind))
                rows[kind] = {"alone": alone, "batch": await latencies(client, kind, count)}
                beside.cancel()
    return rows
