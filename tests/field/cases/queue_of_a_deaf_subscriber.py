"""News go to each subscriber through a bounded queue; one stopped reading. Server-sent events."""

import asyncio
import socket

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

import _lab

subscribers: list[asyncio.Queue] = []


async def stream():
    queue: asyncio.Queue = asyncio.Queue(4)
    subscribers.append(queue)
    yield "retry: 1000\n\n"
    while True:
        yield await queue.get()


async def news(request):
    return StreamingResponse(stream(), media_type="text/event-stream")


async def publish_to_all(message: str) -> None:
    for queue in subscribers:
        if _lab.FIXED and queue.full():
            queue.get_nowait()
        await queue.put(message)


async def publish(request):
    await publish_to_all("data: " + "x" * 200_000 + "\n\n")
    return PlainTextResponse("published")


app = Starlette(routes=[Route("/news", news), Route("/publish", publish)])

if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio")
    deaf = socket.create_connection(("127.0.0.1", service.port))
    deaf.sendall(b"GET /news HTTP/1.1\r\nHost: field\r\n\r\n")
    deaf.recv(10)
    _lab.traffic(service, "/publish", 3)
    while not _lab.FIXED and _lab.answers(service, "/publish"):
        pass
    _lab.ready(service, works=_lab.answers(service, "/publish"))
