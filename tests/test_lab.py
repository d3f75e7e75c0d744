"""What the repros share."""

import asyncio
import os
import shutil
import signal
import socket
from urllib.parse import urlsplit

import psutil
import pytest
from redis.asyncio import Redis

from examples import lab
from tests.repros import running


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ending_a_repro_leaves_nothing(number: signal.Signals) -> None:
    """However the repro ends, its processes and its port are gone."""
    with running("leaked_task") as target:
        family = psutil.Process(target.repro.pid).children(recursive=True)
        assert target.pid in {process.pid for process in family}
        os.kill(target.repro.pid, number)
        status = target.repro.wait(20)
        _, alive = psutil.wait_procs(family, timeout=20)

    assert not alive
    assert status == (-number if number == signal.SIGKILL else 0)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(target.url).port or 0))


def test_unknown_flag_is_refused() -> None:
    """A flag that a repro does not know ends it with a usage message."""
    with pytest.raises(AssertionError, match="instead of READY"), running("leaked_task", "--fast"):
        pass


def test_a_service_that_ends_by_itself_ends_the_repro() -> None:
    """The repro does not wait for a service that is gone."""
    with running("leaked_task") as target:
        os.kill(target.pid, signal.SIGKILL)

        assert target.repro.wait(20) == 1


async def _set_and_get(url: str) -> object:
    async with Redis.from_url(url) as client:
        await client.set("key", "value")
        return await client.get("key")


def test_private_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without REDIS_URL a repro talks to a real redis-server of its own."""
    monkeypatch.delenv("REDIS_URL", raising=False)

    async def play() -> tuple[object, str]:
        async with lab.redis() as url, Redis.from_url(url) as client:
            return await _set_and_get(url), (await client.info("server"))["executable"]

    value, executable = asyncio.run(play())

    assert value == b"value"
    assert executable.endswith("redis-server")


def test_embedded_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without redis-server on PATH a repro talks to an embedded Redis."""
    monkeypatch.delenv("REDIS_URL", raising=False)
    shell = shutil.which("sh")
    assert shell
    which = {"redis-server": None}
    monkeypatch.setattr(shutil, "which", lambda name: which.get(name, shell))

    async def play() -> object:
        async with lab.redis() as url:
            return await _set_and_get(url)

    assert asyncio.run(play()) == b"value"


def test_given_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """REDIS_URL is used as it is."""
    monkeypatch.setenv("REDIS_URL", "redis://example.test/3")

    async def play() -> str:
        async with lab.redis() as url:
            return url

    assert asyncio.run(play()) == "redis://example.test/3"
