"""Three clients send a file over a thin line, a part of it each three seconds."""

import socket
import time

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

import _lab


async def store(request):
    return PlainTextResponse(str(len(await request.body())))


async def home(request):
    return PlainTextResponse("here")


app = Starlette(routes=[Route("/file", store, methods=["POST"]), Route("/", home)])


def send(service: _lab.Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.sendall(b"POST /file HTTP/1.1\r\nHost: field\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(1000):
            client.sendall(b"x" * 100)
            time.sleep(3)


if __name__ == "__main__":
    service = _lab.uvicorn("--loop", "asyncio")
    for _ in range(3):
        _lab.background(send, service)
    _lab.ready(service, works=_lab.answers(service, "/"))
