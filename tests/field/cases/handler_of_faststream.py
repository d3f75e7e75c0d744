"""A consumer of RabbitMQ takes one message at a time, and waits in its first. FastStream."""

import asyncio
import os
import sys

import aio_pika
from faststream import FastStream
from faststream.rabbit import Channel, RabbitBroker

import _lab

GEO = os.environ.get("GEO", "")
broker = RabbitBroker(os.environ["AMQP_URL"], default_channel=Channel(prefetch_count=1))
app = FastStream(broker)
located = []


async def locate(address: str) -> None:
    _, _, port = GEO.rpartition(":")
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
    try:
        async with asyncio.timeout(0.1 if _lab.FIXED else None):
            await reader.readline()
    except TimeoutError:
        pass
    finally:
        writer.close()


@broker.subscriber("streets")
async def on_address(address: str) -> None:
    await locate(address)
    await broker.publish(address, "located")


async def feed(service: _lab.Service) -> None:
    connection = await aio_pika.connect(os.environ["AMQP_URL"])
    channel = await connection.channel()
    results = await channel.declare_queue("located", durable=True)
    await results.purge()
    await (await channel.declare_queue("streets", durable=True)).purge()
    for _ in range(60):
        message = aio_pika.Message(b'"road"', content_type="application/json")
        await channel.default_exchange.publish(message, "streets")
    while not (await channel.get_queue("streets")).declaration_result.consumer_count:
        await asyncio.sleep(0.1)
    await asyncio.sleep(2)
    while (first := await results.get(fail=False)) is None and _lab.WORKS:
        await asyncio.sleep(0.1)
    _lab.say_ready(service.pid, works=first is not None)
    await asyncio.Event().wait()


if __name__ == "__main__":
    command = [sys.executable, "-m", "faststream", "run", f"{_lab.SCRIPT.stem}:app"]
    service = _lab.serve(*command, env={"GEO": _lab.silent()}, listens=False)
    asyncio.run(feed(service))
