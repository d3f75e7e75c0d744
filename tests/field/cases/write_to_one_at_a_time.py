"""A broadcaster writes to one subscriber after the other; one of them has stopped reading."""

import asyncio
import socket
from contextlib import suppress

import _lab

done = []


async def send_to_all(writers: list[asyncio.StreamWriter]) -> None:
    for writer in writers:
        writer.write(b"x" * 50_000)
        if _lab.FIXED and writer.transport.get_write_buffer_size() > 50_000:
            writer.transport.abort()
            continue
        with suppress(ConnectionResetError):
            await writer.drain()
    done.append(1)


async def broadcast(writers: list[asyncio.StreamWriter]) -> None:
    while True:
        await send_to_all(writers)
        await asyncio.sleep(0.02)


async def read_all(port: int) -> None:
    reader, _ = await asyncio.open_connection("127.0.0.1", port)
    while await reader.read(65_536):
        pass


async def main() -> None:
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    deaf = socket.create_connection(("127.0.0.1", port))
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(read_all(port))
        await asyncio.sleep(0.2)
        group.create_task(broadcast(writers))
        group.create_task(_lab.watch(done))
    deaf.close()


asyncio.run(main())
