"""Two threads move money in opposite directions, and each holds the account the other one needs."""

import threading
import time

import _lab

accounts = {"savings": threading.Lock(), "current": threading.Lock()}
done: list[int] = []


def transfer(source: str, target: str) -> None:
    first, second = sorted((source, target)) if _lab.FIXED else (source, target)
    with accounts[first]:
        time.sleep(0.2)
        with accounts[second]:
            done.append(1)


def mover(source: str, target: str) -> None:
    while True:
        transfer(source, target)


for names in (("savings", "current"), ("current", "savings")):
    _lab.background(mover, *names)
_lab.watch_thread(done)
while True:
    time.sleep(1)
