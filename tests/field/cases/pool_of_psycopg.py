"""Orders keep a pooled connection while they wait for a payment that has no deadline. Litestar."""

import asyncio
import os

from litestar import Litestar, get
from psycopg_pool import AsyncConnectionPool

import _lab

PAYMENTS = os.environ.get("PAYMENTS", "")
pool = AsyncConnectionPool(
    os.environ["PG_DSN"], min_size=2, max_size=2, timeout=_lab.PATIENCE, open=False
)


async def ask_payments(order: int) -> None:
    _, _, port = PAYMENTS.rpartition(":")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    writer.write(b"PAY %d\n" % order)
    try:
        async with asyncio.timeout(0.1 if _lab.FIXED else None):
            await reader.readline()
    except TimeoutError:
        pass
    finally:
        writer.close()


async def place(order: int) -> None:
    async with pool.connection() as connection:
        await connection.execute("select %s::int", [order])
        await ask_payments(order)


@get("/orders/{order:int}")
async def handle(order: int) -> str:
    await place(order)
    return "placed"


app = Litestar([handle], on_startup=[pool.open], on_shutdown=[pool.close])

if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio", env={"PAYMENTS": _lab.silent()})
    _lab.traffic(service, "/orders/1", 6)
    _lab.ready(service, works=_lab.answers(service, "/orders/2", patience=4))
