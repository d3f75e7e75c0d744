"""A task whose coroutine is one of Cython's."""

import asyncio
import socket

import uvloop


async def main() -> None:
    """Connect to nobody who answers: the backlog of the listener is full."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    port = listener.getsockname()[1]
    taken = [socket.socket() for _ in range(4)]
    for each in taken:
        each.settimeout(0)
        each.connect_ex(("127.0.0.1", port))
    loop = asyncio.get_running_loop()
    connects = loop.create_connection(asyncio.Protocol, "127.0.0.1", port)
    task = asyncio.create_task(connects, name="connects")
    await asyncio.sleep(0.1)  # until it has begun
    print("ready", flush=True)
    await task


uvloop.run(main())
