"""Sync endpoints wait for a slow service, and take every thread of the pool."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
from anyio import CapacityLimiter, to_thread
from fastapi import Depends, FastAPI, HTTPException

from examples import lab

PATIENCE = 3600  # seconds; these clients outlast any look at the service
THREADS = 40  # of anyio's pool, by default
REPORTS = ("127.0.0.1", int(os.environ.get("REPORTS_PORT", "0")))


# --8<-- [start:fault]
def report(name: str) -> dict[str, str]:
    """Give one report."""
    return {"report": fetch_report(name)}


# --8<-- [end:fault]


# --8<-- [start:fixed]
report_threads = CapacityLimiter(10)


async def report_from_own_threads(name: str) -> dict[str, str]:
    """Give one report, in at most ten threads, and give up after half a second."""
    try:
        text = await to_thread.run_sync(fetch_report, name, 0.5, limiter=report_threads)
    except TimeoutError:
        raise HTTPException(504, "the report service did not answer in time") from None
    return {"report": text}


# --8<-- [end:fixed]


# --8<-- [start:client]
def fetch_report(name: str, timeout: float | None = None) -> str:
    """Send one line, read one line, and block the thread meanwhile."""
    with socket.create_connection(REPORTS, timeout) as connection:
        connection.sendall(f"{name}\n".encode())
        return connection.makefile().readline()


# --8<-- [end:client]

type Handler = Callable[[str], dict[str, str]] | Callable[[str], Awaitable[dict[str, str]]]


def service(handler: Handler) -> FastAPI:
    """Make the service around one of the two handlers."""
    app = FastAPI()
    app.get("/reports/{name}", dependencies=[Depends(lab.arrive)])(handler)

    @app.get("/orders")
    def orders() -> dict[str, int]:
        return {"open": 3}

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    # --8<-- [start:metric]
    @app.get("/threads")
    async def threads() -> dict[str, float]:
        pool = to_thread.current_default_thread_limiter().statistics()
        return {
            "size": pool.total_tokens,
            "busy": pool.borrowed_tokens,
            "waiting": pool.tasks_waiting,
        }

    # --8<-- [end:metric]

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(report)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(report_from_own_threads)


def ports(reports: lab.SilentDownstream, arrivals: lab.SilentDownstream) -> dict[str, str]:
    """Tell the service where to ask, and where to say what it does."""
    return {"REPORTS_PORT": str(reports.port), "ARRIVALS_PORT": str(arrivals.port)}


@contextlib.asynccontextmanager
async def more_requests_than_threads(factory: str) -> AsyncIterator[lab.Service]:
    """Let one client more than there are threads ask for a report."""
    async with (
        lab.SilentDownstream() as reports,
        lab.SilentDownstream() as arrivals,
        lab.uvicorn(factory, env=ports(reports, arrivals)) as target,
        httpx.AsyncClient(base_url=target.url, timeout=PATIENCE) as client,
        asyncio.TaskGroup() as clients,
    ):

        def request_report(name: object) -> asyncio.Task[httpx.Response]:
            return clients.create_task(client.get(f"/reports/{name}"))

        requests = [request_report(number) for number in range(THREADS)]
        await reports.received(THREADS)
        requests.append(request_report("late"))
        await arrivals.received(THREADS + 1)
        await client.get("/health")  # answered once the late request waits
        yield target
        for request in requests:
            request.cancel()


if __name__ == "__main__":
    lab.run(__file__, more_requests_than_threads)
