"""A raw ASGI stream waits for events, and never looks whether its client is still there."""

import asyncio
import socket

import _lab

queues = []


async def forward(send) -> None:
    queue: asyncio.Queue = asyncio.Queue()
    queues.append(queue)
    while True:
        await send({"type": "http.response.body", "body": await queue.get(), "more_body": True})


async def app(scope, receive, send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello", "more_body": True})
    if not _lab.FIXED:
        await forward(send)
        return
    work = asyncio.create_task(forward(send))
    while (await receive())["type"] != "http.disconnect":
        pass
    work.cancel()


if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio", "--lifespan", "off")
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", service.port)) as client:
            client.sendall(b"GET /events HTTP/1.1\r\nHost: field\r\n\r\n")
            client.recv(10)
    # What a stream waits for cannot be asked from here: the twin has no stream left.
    _lab.ready(service, works=_lab.FIXED)
