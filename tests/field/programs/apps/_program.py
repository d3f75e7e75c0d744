"""Starts a program, loads it with --load, and says READY with its PID."""

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import _lab

LOAD = "--load" in sys.argv
# How long a program settles in, without a port to ask, or under its load.
SETTLE_SECONDS = 6


def start(*arguments: object, listens: bool = True) -> _lab.Service:
    """Start a program by arguments of the interpreter, or by one of its scripts."""
    bin_folder = Path(sys.executable).parent
    command = [str(argument).replace("{bin}", str(bin_folder)) for argument in arguments]
    if not command[0].startswith(str(bin_folder)):
        command.insert(0, sys.executable)
    service = _lab.serve(*command, listens=listens)
    if not listens:
        time.sleep(SETTLE_SECONDS)
    return service


def load(client: Callable[..., object], *arguments: object, clients: int = 2) -> None:
    """Let clients ask without an end, if there should be load."""
    if LOAD:
        for _ in range(clients):
            threading.Thread(target=client, args=arguments, daemon=True).start()


def serve(arguments: list[str], path: str, clients: int) -> NoReturn:
    """Start a server, let clients ask for `path` over HTTP under load, and say READY."""
    service = start(*arguments)
    if not _lab.get(service, path, patience=60):
        _lab.fail(f"no answer for {path}")
    if LOAD:
        _lab.traffic(service, path, clients, pause=0)
    ready(service.pid)


def say_ready(pid: int) -> None:
    """Say READY."""
    _lab.say_ready(pid, works=True)


def ready(pid: int) -> NoReturn:
    """Say READY and stay."""
    time.sleep(SETTLE_SECONDS if LOAD else 2)
    say_ready(pid)
    threading.Event().wait()
    raise AssertionError("it waits for ever")


if __name__ == "__main__":
    path, clients, *arguments = [argument for argument in sys.argv[1:] if argument != "--load"]
    serve(arguments, path, int(clients))
