"""Show which blocking calls are seen by ruff, by blockbuster, and by asyncio's debug mode."""

import asyncio
import contextlib
import inspect
import json
import logging
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine
from logging.handlers import BufferingHandler
from urllib.parse import urlsplit

import httpx
from blockbuster import BlockingError, blockbuster_ctx

from examples import lab
from examples.blocking_io import calls

type Call = Callable[[int], Coroutine[None, None, None]]

SLOW = 0.5  # seconds; the calls that wait take 0.6


# --8<-- [start:watchers]
def seen_by_ruff(call: Call) -> str:
    """Give the rule that reports a line of `call`, or an empty text."""
    lines, first = inspect.getsourcelines(call)
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--ignore-noqa", "--exit-zero"]
    command += ["--select", "ASYNC", "--output-format", "json", str(inspect.getsourcefile(call))]
    found = json.loads(subprocess.check_output(command))
    rows = range(first, first + len(lines))
    return next((each["code"] for each in found if each["location"]["row"] in rows), "")


def seen_by_blockbuster(call: Call, port: int) -> str:
    """Give the blocking function that blockbuster stops in `call`, or an empty text."""
    try:
        with blockbuster_ctx():
            run(call, port)
    except BlockingError as error:
        return str(error).removeprefix("Blocking call to ")
    return ""


def seen_by_debug_mode(call: Call, port: int) -> str:
    """Say whether asyncio's debug mode logs `call` as slow."""
    logger, logged = logging.getLogger("asyncio"), BufferingHandler(capacity=100)
    logger.addHandler(logged)
    run(call, port, debug=True)
    logger.removeHandler(logged)
    return "yes" if any("Executing" in record.msg for record in logged.buffer) else ""


# --8<-- [end:watchers]


def run(call: Call, port: int, *, debug: bool = False) -> None:
    """Run `call` in a loop of its own, whatever its server does."""

    async def main() -> None:
        asyncio.get_running_loop().slow_callback_duration = SLOW
        with contextlib.suppress(OSError, httpx.TimeoutException):
            await call(port)

    asyncio.run(main(), debug=debug)


def main() -> None:
    """Print one row for each coroutine of `calls`."""
    print(f"{'call':18}{'ruff':10}{'blockbuster':28}debug mode")
    with asyncio.Runner() as runner, socket.create_server(("127.0.0.1", 0)) as silent:
        private = contextlib.AsyncExitStack()
        redis_port = int(
            urlsplit(runner.run(private.enter_async_context(lab.redis()))).port or 6379
        )
        for name, call in vars(calls).items():
            if not inspect.iscoroutinefunction(call):
                continue
            port = redis_port if name == "ask_redis" else silent.getsockname()[1]
            ruff, blockbuster = seen_by_ruff(call) or "-", seen_by_blockbuster(call, port) or "-"
            print(f"{name:18}{ruff:10}{blockbuster:28}{seen_by_debug_mode(call, port) or '-'}")
        runner.run(private.aclose())


if __name__ == "__main__":
    main()
