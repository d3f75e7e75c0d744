"""Triage asks Redis for jobs that no process holds."""

import contextlib
import subprocess
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from examples import lab
from tests.repros import running
from tests.triage.reports import report, run
from tests.triage.small_targets import target

PASSWORD = "a secret/of ours"  # noqa: S105 # of a server that lives as long as a test
# A server that was just started takes a moment until it listens.
RETRY = Retry(ConstantBackoff(0.05), retries=400)


@contextlib.contextmanager
def guarded_redis() -> Iterator[int]:
    """Start a redis-server with a password, and give its port."""
    port = lab.free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--requirepass", PASSWORD]
    with subprocess.Popen([*command, "--loglevel", "warning"]) as server:
        try:
            yield port
        finally:
            server.terminate()


def test_job_of_a_living_worker_is_not_called_unclaimed() -> None:
    """A job that a worker has taken since it started may be in its hands."""
    with running("worker_slots_stuck") as worker:
        found = report(worker.pid, "--redis", worker.redis_url)

    assert "unclaimed" not in {finding["rule"] for finding in found.findings}


def test_password_and_database_are_used() -> None:
    """A job under a dead consumer is found in another database, behind a password."""
    with guarded_redis() as port, Redis(port=port, db=3, password=PASSWORD, retry=RETRY) as client:
        client.xgroup_create("jobs", "workers", mkstream=True)
        client.xadd("jobs", {"data": "not of TaskIQ"})
        [(_, [(number, _)])] = client.xreadgroup("workers", "dead", {"jobs": ">"})
        client.xclaim("jobs", "workers", "dead", 0, [number], idle=3_600_000)
        url = f"redis://:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/3"
        with target("waiting") as process:
            found = report(process.pid, "--redis", url)

    [finding] = found.findings
    assert (finding["rule"], finding["where"]) == ("unclaimed", "stream jobs")
    assert finding["function"] == "group workers"


@pytest.mark.parametrize(
    "url",
    [
        "redis://:hidden@127.0.0.1:1",
        "redis://:hidden@127.0.0.1:port",
        "rediss://:hidden@127.0.0.1",
        "redis://:hidden@127.0.0.1/first",
        "hidden",
    ],
)
def test_redis_that_cannot_be_asked_is_named(url: str) -> None:
    """One line says why, without the password, and the status is that of a wrong usage."""
    with target("waiting") as process:
        done = run("--redis", url, process.pid)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: --redis: ")
    assert done.stderr.count("\n") == 1
    assert "hidden" not in done.stderr


def test_something_else_than_redis_is_named() -> None:
    """A server that speaks another protocol ends triage with one line."""
    with running("stuck_await", "--fixed") as service:
        done = run("--redis", service.url.replace("http://", "redis://"), service.pid)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
