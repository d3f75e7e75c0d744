"""Blocking downloads hold every thread of the default executor, so no name can be resolved."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
from fastapi import Depends, FastAPI, HTTPException

from examples import lab

PATIENCE = 3600  # seconds; these clients outlast any look at the service
REPORTS_PORT = int(os.environ.get("REPORTS_PORT", "0"))
PRICES_PORT = int(os.environ.get("PRICES_PORT", "0"))
THREADS = 6  # as asyncio gives its default executor on a machine with two cores


# --8<-- [start:fault]
async def report(day: str) -> dict[str, str]:
    """Fetch a report with a client that blocks, in a thread of the default executor."""
    return {"day": day, "report": await asyncio.to_thread(download_report, day)}


def download_report(day: str) -> str:
    """Ask the report service, for as long as it takes."""
    with socket.create_connection(("127.0.0.1", REPORTS_PORT)) as connection:
        connection.sendall(f"{day}\n".encode())
        return connection.makefile().readline()


# --8<-- [end:fault]


# --8<-- [start:fixed]
downloads = ThreadPoolExecutor(4, thread_name_prefix="downloads")


async def report_on_own_threads(day: str) -> dict[str, str]:
    """Fetch a report in a thread of its own pool, and give up after half a second."""
    loop = asyncio.get_running_loop()
    try:
        text = await loop.run_in_executor(downloads, download_in_time, day)
    except TimeoutError:
        raise HTTPException(504, "the report service did not answer in time") from None
    return {"day": day, "report": text}


def download_in_time(day: str) -> str:
    """Ask the report service with a timeout on the socket, which frees the thread."""
    with socket.create_connection(("127.0.0.1", REPORTS_PORT), timeout=0.5) as connection:
        connection.sendall(f"{day}\n".encode())
        return connection.makefile().readline()


# --8<-- [end:fixed]


# --8<-- [start:client]
async def price(symbol: str) -> dict[str, str]:
    """Ask the price service by its name: the name is resolved in the default executor."""
    reader, writer = await asyncio.open_connection("localhost", PRICES_PORT)
    try:
        writer.write(f"{symbol}\n".encode())
        return {"symbol": symbol, "price": (await reader.readline()).decode().strip()}
    finally:
        writer.close()


# --8<-- [end:client]


def service(handler: Callable[[str], Awaitable[dict[str, str]]]) -> FastAPI:
    """Make the service around one of the two handlers of reports."""

    @contextlib.asynccontextmanager
    async def with_threads(_: FastAPI) -> AsyncIterator[None]:
        threads = ThreadPoolExecutor(THREADS, thread_name_prefix="asyncio")
        asyncio.get_running_loop().set_default_executor(threads)
        yield

    app = FastAPI(lifespan=with_threads)
    app.get("/reports/{day}")(handler)
    app.get("/prices/{symbol}", dependencies=[Depends(lab.arrive)])(price)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


def faulty() -> FastAPI:
    """Make the service as it was in the incident."""
    return service(report)


def fixed() -> FastAPI:
    """Make the fixed service."""
    return service(report_on_own_threads)


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Play the price service, which is well."""
    with contextlib.closing(writer):
        while await reader.readline():
            writer.write(b"100\n")
            await writer.drain()


@contextlib.asynccontextmanager
async def more_reports_than_threads(factory: str) -> AsyncIterator[lab.Service]:
    """Let as many clients ask for a report as there are threads, and one more for a price."""
    async with (
        lab.SilentDownstream() as reports,
        lab.SilentDownstream() as arrivals,
        await asyncio.start_server(answer, "localhost", 0) as prices,
    ):
        places = {
            "REPORTS_PORT": str(reports.port),
            "PRICES_PORT": str(prices.sockets[0].getsockname()[1]),
            "ARRIVALS_PORT": str(arrivals.port),
        }
        async with (
            lab.uvicorn(factory, "--loop", "asyncio", env=places) as target,
            httpx.AsyncClient(base_url=target.url, timeout=PATIENCE) as client,
            asyncio.TaskGroup() as clients,
        ):
            days = [f"2026-01-{day:02}" for day in range(1, THREADS + 1)]
            requests = [clients.create_task(client.get(f"/reports/{day}")) for day in days]
            await reports.received(THREADS)
            requests.append(clients.create_task(client.get("/prices/ACME")))
            await arrivals.received(1)
            await client.get("/health")  # answered once the last request waits
            yield target
            for request in requests:
                request.cancel()


if __name__ == "__main__":
    lab.run(__file__, more_reports_than_threads)
