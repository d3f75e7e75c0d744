"""The loop of a background thread is blocked by a call, while that of the main thread is free."""

import asyncio
import socket
import threading

import _lab

done = []
silent, _peer = socket.socketpair()


def ask_meter(number: int) -> int:
    if number < 10 or _lab.FIXED:
        return number
    silent.recv(1)
    return number


async def collect() -> None:
    for number in range(1_000_000):
        ask_meter(number)
        done.append(number)
        await asyncio.sleep(0.05)


async def show() -> None:
    while True:
        await asyncio.sleep(0.5)


threading.Thread(target=lambda: asyncio.run(collect()), daemon=True).start()
_lab.watch_thread(done)
asyncio.run(show())
