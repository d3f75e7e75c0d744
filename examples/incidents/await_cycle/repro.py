"""Three steps of an orchestration await each other, so the run never ends."""

import asyncio
import contextlib
import graphlib
from collections.abc import AsyncIterator, Callable, Mapping

import httpx
from fastapi import FastAPI, HTTPException

from examples import lab

# --8<-- [start:needs]
NEEDS = {
    "calendar": (),
    "prices": ("calendar", "rates"),
    "positions": ("prices",),
    "rates": ("positions",),
}
# --8<-- [end:needs]

type Steps = dict[str, asyncio.Task[None]]


# --8<-- [start:fault]
def start(needs: Mapping[str, tuple[str, ...]]) -> Steps:
    """Start every step; each waits for those that it needs."""
    steps: Steps = {}

    async def step(name: str) -> None:
        for need in needs[name]:
            await steps[need]

    for name in needs:
        steps[name] = asyncio.create_task(step(name), name=name)
    return steps


# --8<-- [end:fault]


# --8<-- [start:fixed]
def start_in_order(needs: Mapping[str, tuple[str, ...]]) -> Steps:
    """Refuse steps that need each other before the first one starts."""
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        circle = " -> ".join(error.args[1])
        raise HTTPException(409, f"these steps need each other: {circle}") from None
    return start(needs)


# --8<-- [end:fixed]


def service(start_run: Callable[[Mapping[str, tuple[str, ...]]], Steps]) -> FastAPI:
    """Make the service around one of the two ways to start a run."""
    app = FastAPI()
    steps: Steps = {}

    @app.post("/run")
    async def run() -> None:
        steps.update(start_run(NEEDS))

    @app.get("/run")
    async def progress() -> dict[str, str]:
        return {name: "done" if step.done() else "waits" for name, step in steps.items()}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(start)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(start_in_order)


@contextlib.asynccontextmanager
async def one_run(factory: str) -> AsyncIterator[lab.Service]:
    """Start the run of the day."""
    async with (
        lab.uvicorn(factory) as target,
        httpx.AsyncClient(base_url=target.url, timeout=60) as client,
    ):
        await client.post("/run")
        yield target


if __name__ == "__main__":
    lab.run(__file__, one_run)
