"""Dashboards are subscribed to events over WebSockets, and none has happened for a while."""

import asyncio

import websockets
from websockets.sync.client import connect

import _lab

queues = []


async def subscribe(socket) -> None:
    queue: asyncio.Queue = asyncio.Queue()
    queues.append(queue)
    await socket.send("subscribed")
    while True:
        await socket.send(await queue.get())


async def main() -> None:
    async with websockets.serve(subscribe, "127.0.0.1", _lab.PORT) as server:
        await server.serve_forever()


if __name__ == "__main__":
    if _lab.PORT:
        asyncio.run(main())
    else:
        service = _lab.script()
        clients = [connect(f"ws://127.0.0.1:{service.port}") for _ in range(8)]
        _lab.ready(service, works=all(client.recv() == "subscribed" for client in clients))
