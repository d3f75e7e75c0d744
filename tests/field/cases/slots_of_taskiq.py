"""Jobs of a TaskIQ worker wait for a token that a job which failed did not give back. RabbitMQ."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from taskiq_aio_pika import AioPikaBroker

import _lab

broker = AioPikaBroker(os.environ["AMQP_URL"], queue_name="bills", exchange_name="bills")
tokens: asyncio.Queue = asyncio.Queue()
tokens.put_nowait("token")
BILLED = os.environ.get("BILLED", "")


async def charge(bill: int) -> None:
    token = await tokens.get()
    if _lab.FIXED:
        try:
            check(bill)
        finally:
            tokens.put_nowait(token)
    else:
        check(bill)
        tokens.put_nowait(token)


def check(bill: int) -> None:
    if bill % 10 == 9:
        raise ValueError("no such customer")


@broker.task
async def send_bill(bill: int) -> None:
    await charge(bill)
    record()


def record() -> None:
    with Path(BILLED).open("a") as file:
        file.write(".")


def recorded() -> str:
    return Path(BILLED).read_text()


async def main(service: _lab.Service) -> None:
    await broker.startup()
    done: list[str] = []
    async with asyncio.TaskGroup() as group:
        group.create_task(feed(done))
        while not done:
            await asyncio.sleep(0.1)
        group.create_task(_lab.watch(done, seconds=4, pid=service.pid))


async def feed(done: list[str]) -> None:
    for bill in range(1_000_000):
        await send_bill.kiq(bill)
        await asyncio.sleep(0.1)
        done[:] = recorded()


if __name__ == "__main__":
    with tempfile.NamedTemporaryFile() as billed:
        BILLED = billed.name
        command = [sys.executable, "-m", "taskiq", "worker", f"{_lab.SCRIPT.stem}:broker"]
        command += ["--workers", "1", "--log-level", "CRITICAL"]
        service = _lab.serve(*command, env={"BILLED": BILLED}, listens=False)
        asyncio.run(main(service))
