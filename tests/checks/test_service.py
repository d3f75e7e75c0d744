"""The sound service does in a real run what the policy asks for."""

import asyncio
import contextlib
import os
import shlex
import signal
import subprocess
from collections.abc import AsyncIterator

import httpx
from redis.asyncio import Redis

from examples import lab
from tests.support.transcripts import ROOT

HANGING = "examples.incidents.stuck_await.repro:faulty"
DEADLINE = 30  # seconds


def test_progress_tells_working_from_alive() -> None:
    """The consumer counts what it handled, and names the last message."""

    async def play() -> None:
        async with (
            lab.redis() as url,
            Redis.from_url(url, decode_responses=True) as client,
            lab.uvicorn("examples.checks.sound_service:service", env={"REDIS_URL": url}) as target,
            httpx.AsyncClient(base_url=target.url, timeout=DEADLINE) as http,
        ):
            assert (await http.get("/progress")).json()["handled"] == 0
            sent = [await client.xadd("prices", {"ACME": price}) for price in (1, 2, 3)]

            async def handled() -> bool:
                state = (await http.get("/progress")).json()
                return bool(state["handled"] == len(sent))

            await lab.until(handled)
            progress = (await http.get("/progress")).json()

            assert progress["last_id"] == sent[-1]
            assert progress["waiting"] == 0

    asyncio.run(play())


@contextlib.asynccontextmanager
async def stuck_request(*options: str) -> AsyncIterator[int]:
    """Yield the PID of a service that holds a request which never ends."""
    async with (
        lab.SilentDownstream() as prices,
        lab.uvicorn(HANGING, *options, env={"PRICES_PORT": str(prices.port)}) as target,
        httpx.AsyncClient(base_url=target.url, timeout=None) as client,  # noqa: S113 # it outlasts the shutdown
    ):
        request = asyncio.create_task(client.get("/quotes/ACME"), name="stuck request")
        await prices.received(1)
        yield target.pid
        request.cancel()
        await asyncio.gather(request, return_exceptions=True)


async def leaves(pid: int, seconds: float) -> bool:
    """Ask a process to end, and tell whether it does so in time."""
    descriptor = os.pidfd_open(pid)
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(descriptor, ended.set)
    os.kill(pid, signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), seconds)
    asyncio.get_running_loop().remove_reader(descriptor)
    os.close(descriptor)
    return ended.is_set()


def test_limit_ends_a_shutdown_that_hangs() -> None:
    """A service with a limit leaves although a request is stuck."""

    async def play() -> None:
        async with stuck_request("--timeout-graceful-shutdown", "1") as pid:
            assert await leaves(pid, DEADLINE)

    asyncio.run(play())


def test_shutdown_hangs_without_a_limit() -> None:
    """A service without a limit stays for as long as its request is stuck."""

    async def play() -> None:
        async with stuck_request() as pid:
            assert not await leaves(pid, 3)

    asyncio.run(play())


def test_commands_have_limits_that_the_programs_know() -> None:
    """Each option of the Procfile is one of the program that it starts."""
    for line in (ROOT / "examples/checks/Procfile").read_text().splitlines():
        _, _, command = line.partition(": ")
        words = shlex.split(command)
        subcommand = words[1:2] if words[0] == "taskiq" else []
        known = subprocess.run(
            [words[0], *subcommand, "--help"],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"COLUMNS": "200"},
        ).stdout
        options = [word for word in words if word.startswith("--")]

        assert {"--timeout-graceful-shutdown", "--shutdown-timeout"} & {*options}
        assert all(option in known for option in options)
