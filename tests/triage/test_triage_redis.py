"""Triage asks Redis for jobs that no process holds."""

import time

import pytest
from redis import Redis

from examples.triage.cli import main
from examples.triage.model import Entry, Process
from examples.triage.read import redis, session
from examples.triage.read.proc import PROC, age, moment_of_start, stat
from examples.triage.read.redis import RedisError, assign
from tests.support.redis_server import redis_server
from tests.support.repros import running
from tests.triage.reports import report, run
from tests.triage.small_targets import target


def test_job_of_a_living_worker_is_not_called_unclaimed() -> None:
    """A job that a worker has taken since it started may be in its hands."""
    with running("worker_slots_stuck") as worker:
        found = report(worker.pid, "--redis", worker.redis_url)

    assert "unclaimed" not in {finding["rule"] for finding in found.findings}


def test_job_that_is_older_than_the_process_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A job counts that was taken before the start, however late either was looked at."""
    monkeypatch.setattr(redis, "moment_of_start", {7: 100.0}.__getitem__)
    process = Process(1, 1, 7, "other", "python")
    taken = {
        Entry("jobs", "workers", str(moment), "dead", 1, ""): moment
        for moment in (40.0, 99.89, 99.91, 100.2)
    }
    assign(taken, [process])

    assert [entry.id for entry in process.unclaimed] == ["40.0", "99.89"]


def test_start_on_the_monotonic_clock() -> None:
    """The start of a process is a moment before now, and not before the machine started."""
    assert (
        time.monotonic() - age(0) <= moment_of_start(stat(PROC / "self").start) <= time.monotonic()
    )


def test_password_and_database_are_used() -> None:
    """A job under a dead consumer is found in another database, behind a password."""
    with redis_server("a secret/of ours") as url, Redis.from_url(url) as client:
        client.xgroup_create("jobs", "workers", mkstream=True)
        client.xadd("jobs", {"data": "not of TaskIQ"})
        [(_, [(number, _)])] = client.xreadgroup("workers", "dead", {"jobs": ">"})
        client.xclaim("jobs", "workers", "dead", 0, [number], idle=3_600_000)
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


def test_redis_that_goes_away_keeps_the_report(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Redis that answers once, and then no more, costs nothing of what the process showed."""
    answers = iter([{Entry("jobs", "workers", "0-1", "dead", 1, ""): 60.0}])

    def pending(url: str) -> dict[Entry, float]:
        for answer in answers:
            return answer
        raise RedisError(f"{url} closed the connection")

    monkeypatch.setattr(session, "pending_entries", pending)
    with target("blocked") as process:
        status = main(["--samples", "2", "--redis", "redis://here", str(process.pid)])
    output, errors = capsys.readouterr()

    assert status == 2
    assert errors == "error: --redis: redis://here closed the connection\n"
    assert "blocking-io (certain)" in output


def test_something_else_than_redis_is_named() -> None:
    """A server that speaks another protocol ends triage with one line."""
    with running("stuck_await", "--fixed") as service:
        done = run("--redis", service.url.replace("http://", "redis://"), service.pid)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
