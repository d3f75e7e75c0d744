"""Requests and jobs that run in threads and wait for the network."""

from typing import Any

import pytest

from examples.triage.model import Process
from tests.triage.judge.cases import PID, outside, still, thread, verdicts

JOB = ("rq.job:Job.perform", "rq.worker.base:BaseWorker.work", "<module>")
REQUEST = ("gunicorn.workers.sync:SyncWorker.handle_request", "gunicorn.arbiter:Arbiter.run")
REDIS_POP = ("redis.client:Redis.execute_command", "redis.commands.core:ListCommands.blpop")


def reading(
    *names: str, channel: str = "wait_woken", silence: float = 12.0, number: int = 1, **more: Any
) -> Process:
    """Make a process whose threads sleep in a socket."""
    threads = [thread(PID + one, *names, channel=channel, **more) for one in range(number)]
    peers = [outside(sent=silence, received=silence + 1) for _ in range(number)]
    return still(threads=[threads], connections=peers)


@pytest.mark.parametrize(
    ("number", "silence", "confidence"),
    [
        (1, 19.9, "possible"),
        (1, 20.0, "likely"),
        (2, 9.9, "possible"),
        (2, 10.0, "likely"),
    ],
)
@pytest.mark.parametrize("unit", [JOB, REQUEST])
def test_socket_without_a_timeout(
    unit: tuple[str, ...], number: int, silence: float, confidence: str
) -> None:
    """A job or a request in a blocking read is possible at first, and likely by its silence."""
    process = reading("fetch_rates", *unit, number=number, silence=silence)

    assert verdicts(process) == [("thread-read", confidence, "fetch_rates")]


@pytest.mark.parametrize(
    ("names", "more"),
    [
        (("fetch_rates", *JOB), {"channel": "poll_schedule_timeout"}),
        (("fetch_rates", *JOB), {"channel": ""}),
        (("fetch_rates", *JOB), {"silence": 5.0}),
        (("fetch_rates", "<module>"), {}),
        ((*REDIS_POP, "next_job", *JOB), {}),
    ],
)
def test_reads_that_end_or_may_be_meant(names: tuple[str, ...], more: dict[str, Any]) -> None:
    """A timeout, an answer a moment ago, no unit of work, or a wait for new work: no finding."""
    assert verdicts(reading(*names, **more)) == []


def test_connection_at_rest() -> None:
    """Where every other side was the last to speak, none owes an answer."""
    threads = [[thread(PID, "fetch_rates", *JOB, channel="wait_woken")]]

    assert verdicts(still(threads=threads, connections=[outside(sent=30, received=20)])) == []


SESSION = ("socketserver:BaseServer.finish_request", "threading:Thread.run")


@pytest.mark.parametrize(
    ("names", "rules"),
    [
        (("http.client:HTTPConnection.getresponse", "fetch_rates"), ["thread-read"]),
        (("socket:SocketIO.readinto", "relay"), []),
        (("relay",), []),
    ],
    ids=["answer", "listens", "unknown"],
)
def test_session_in_a_thread(names: tuple[str, ...], rules: list[str]) -> None:
    """A session may listen to its client, and one that asks another server waits for an answer."""
    assert [rule for rule, *_ in verdicts(reading(*names, *SESSION))] == rules
