"""What the repros share."""

import asyncio
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from redis import Redis
from redis.asyncio import Redis as AsyncRedis

from examples import lab
from tests.support.redis_server import redis_server
from tests.support.repros import running
from tests.support.transcripts import ROOT
from tests.triage.small_targets import until


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ending_a_repro_leaves_nothing(number: signal.Signals) -> None:
    """However the repro ends, its processes and its port are gone."""
    with running("leaked_task") as target:
        family = psutil.Process(target.repro.pid).children(recursive=True)
        assert target.pid in {process.pid for process in family}
        os.kill(target.repro.pid, number)
        status = target.repro.wait(200)
        _, alive = psutil.wait_procs(family, timeout=200)

    assert not alive
    assert status == (-number if number == signal.SIGKILL else 0)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(target.url).port or 0))


def test_second_ctrl_c_leaves_nothing() -> None:
    """An impatient second Ctrl-C, while the guard ends the service, does not end the guard."""
    with running("leaked_task") as target:
        family = psutil.Process(target.repro.pid).children(recursive=True)
        guard = psutil.Process(target.pid).parent()
        assert guard
        files = psutil.Process(target.repro.pid).num_fds()
        guard.suspend()  # so that the second comes before it is done
        target.repro.send_signal(signal.SIGINT)
        until(lambda: psutil.Process(target.repro.pid).num_fds() < files)
        target.repro.send_signal(signal.SIGINT)
        killed, _ = psutil.wait_procs([guard], timeout=2)  # the time in which it would be
        if not killed:
            guard.resume()
        target.repro.wait(200)
        _, alive = psutil.wait_procs(family, timeout=60)
        for process in alive:
            process.kill()

    assert not killed
    assert not alive


@pytest.mark.parametrize("moment", ["while the service runs", "in the middle"])
def test_killed_guard_leaves_nothing(
    moment: str, short_tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guard that was killed, also while it had stopped the service to end it, costs nothing."""
    monkeypatch.setenv("TMPDIR", str(short_tmp_path))
    with running("leaked_task") as target:
        family = psutil.Process(target.repro.pid).children(recursive=True)
        guard = psutil.Process(target.pid).parent()
        assert guard
        assert "guard.sh" in " ".join(guard.cmdline())
        if moment == "in the middle":
            os.killpg(target.pid, signal.SIGSTOP)
        guard.kill()
        target.repro.send_signal(signal.SIGINT)
        target.repro.wait(200)
        _, alive = psutil.wait_procs(family, timeout=60)
        for process in alive:
            process.kill()

    assert not alive
    assert not [*short_tmp_path.iterdir()]


def test_guard_of_a_repro_that_is_gone() -> None:
    """A guard whose repro ended before it said what it runs ends the service all the same."""
    held, holding = os.pipe()  # each process of the service holds it open
    nobody, written = os.pipe()
    os.close(nobody)
    with subprocess.Popen(
        [lab.GUARD, "sleep", "3600"], stdin=subprocess.DEVNULL, stdout=written, pass_fds=[holding]
    ) as guard:
        os.close(written)
        os.close(holding)
        guard.wait(200)
        ended, _, _ = select.select([held], [], [], 60)
        os.close(held)

    assert ended


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_killed_workers_leave_no_file(
    number: signal.Signals, short_tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the repro ends, the temporary files and semaphores of its workers are gone."""
    monkeypatch.setenv("TMPDIR", str(short_tmp_path))
    with running("worker_slots_stuck") as target:
        family = psutil.Process(target.repro.pid).children(recursive=True)
        mapped = {Path(area.path) for process in family for area in process.memory_maps()}
        semaphores = {path for path in mapped if path.match("/dev/shm/sem.*")}  # noqa: S108
        assert semaphores
        assert [*short_tmp_path.glob("*/pymp-*")]
        os.kill(target.repro.pid, number)
        target.repro.wait(200)
        psutil.wait_procs(family, timeout=200)

    assert not [path for path in semaphores if path.exists()]
    assert not [*short_tmp_path.iterdir()]


def test_unknown_flag_is_refused() -> None:
    """A flag that a repro does not know ends it with a usage message."""
    with pytest.raises(AssertionError, match="instead of READY"), running("leaked_task", "--fast"):
        pass


def test_a_service_that_ends_by_itself_ends_the_repro() -> None:
    """The repro does not wait for a service that is gone."""
    with running("leaked_task") as target:
        os.kill(target.pid, signal.SIGKILL)

        assert target.repro.wait(200) == 1


async def _set_and_get(url: str) -> object:
    async with AsyncRedis.from_url(url) as client:
        await client.set("key", "value")
        return await client.get("key")


def test_private_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without REDIS_URL a repro talks to a real redis-server of its own."""
    monkeypatch.delenv("REDIS_URL", raising=False)

    async def play() -> tuple[object, str]:
        async with lab.redis() as url, AsyncRedis.from_url(url) as client:
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


def reproduced(redis_url: str) -> subprocess.CompletedProcess[str]:
    """Run a repro that cannot start, to its end."""
    return subprocess.run(
        [sys.executable, "examples/incidents/stalled_consumer/repro.py"],
        cwd=ROOT,
        env=os.environ | {"REDIS_URL": redis_url},
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )


def test_given_redis_is_left_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A repro uses the Redis of REDIS_URL, and removes what it wrote."""
    with redis_server() as url, Redis.from_url(url) as client:
        monkeypatch.setenv("REDIS_URL", url)
        with running("stalled_consumer") as target:
            assert target.redis_url == url
            assert client.keys() == [b"baskets"]

        assert client.keys() == []


def test_data_of_others_is_not_touched() -> None:
    """A repro refuses a database that holds anything."""
    with redis_server() as url, Redis.from_url(url) as client:
        client.set("baskets", "of somebody else")

        repro = reproduced(url)

        assert client.get("baskets") == b"of somebody else"
    assert repro.returncode == 1
    assert repro.stderr == f"error: REDIS_URL={url} holds 1 keys: name an empty database\n"


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1", "redis-without-a-scheme"])
def test_redis_that_cannot_be_used_is_named(url: str) -> None:
    """A Redis that does not answer, or an address that is none, gives one line."""
    repro = reproduced(url)

    assert repro.returncode == 1
    assert repro.stderr.startswith(f"error: REDIS_URL={url} cannot be used: ")
    assert repro.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["dead_broadcaster", "worker_looks_idle", "worker_slots_stuck"])
def test_repro_that_needs_a_server(name: str) -> None:
    """A repro that the embedded Redis cannot serve ends at once, with one line that says so."""
    done = subprocess.run(
        [sys.executable, f"examples/incidents/{name}/repro.py"],
        cwd=ROOT,
        env={"PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: this needs redis-server")
    assert done.stderr.count("\n") == 1
