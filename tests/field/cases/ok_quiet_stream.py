"""Followers of a stream of events that has had nothing to tell for a while. Httpx."""

import asyncio
import os
import socket
import time

import httpx

import _lab

HELLO = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: hello\n\n"
heard = []


def say_hello(listener: socket.socket) -> None:
    while True:
        client, _ = listener.accept()
        client.recv(65_536)
        time.sleep(0.1)
        client.sendall(HELLO)
        heard.append(client)


async def follow(url: str) -> None:
    async with (
        httpx.AsyncClient(timeout=httpx.Timeout(5, read=None)) as client,
        client.stream("GET", url) as events,
    ):
        async for line in events.aiter_lines():
            heard.append(line)


async def main() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    _lab.background(say_hello, listener)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    async with asyncio.TaskGroup() as group:
        for _ in range(3):
            group.create_task(follow(url))
        await asyncio.sleep(15)
        _lab.say_ready(os.getpid(), works="data: hello" in heard)


asyncio.run(main())
