"""Writes that nobody takes, and bodies that do not come."""

import pytest

from tests.triage.judge.cases import (
    DRAIN,
    EVENT,
    MANY_CLIENTS,
    REQUEST,
    found,
    many,
    outside,
    still,
    task,
    verdicts,
)

RECEIVE = "uvicorn.protocols.http.h11_impl:RequestResponseCycle.receive"
BODY = ("starlette.requests:Request.stream", "starlette.requests:Request.body")


def test_write_that_nobody_takes() -> None:
    """Bytes that stay unsent show that the other side has stopped reading."""
    full = (*MANY_CLIENTS, outside(unsent=4_000_000, sent=30.0))
    (finding,) = found(still(task("ship", *DRAIN, "ship", "work"), connections=full))

    assert (finding.rule.id, finding.confidence) == ("stuck-write", "likely")
    assert finding.evidence[1] == "4,000,000 bytes were not taken by the other side for 30 s"


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_time_makes_a_write_likely(seconds: float, confidence: str) -> None:
    """One task that waits to write is enough, once it has waited for long."""
    full = (*MANY_CLIENTS, outside(unsent=4_000_000, sent=seconds))
    process = still(task("ship", *DRAIN, "ship", "work"), connections=full, seconds=seconds)

    assert verdicts(process) == [("stuck-write", confidence, "ship")]


def test_write_that_goes_on() -> None:
    """Where nothing is unsent, the connection takes data."""
    deliver = task("ship", *DRAIN, "ship", "work")

    assert verdicts(still(deliver, connections=(*MANY_CLIENTS, outside()))) == []
    sends = (*MANY_CLIENTS, outside(unsent=4_000_000, sent=0.1))
    assert verdicts(still(deliver, connections=sends)) == []


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (8.9, []),
        (9.0, [("stuck-write", "possible", "push")]),
        (19.9, [("stuck-write", "possible", "push")]),
        (20.0, [("stuck-write", "likely", "push")]),
    ],
)
def test_window_of_a_protocol(sent: float, expected: list[tuple[str, str, str]]) -> None:
    """A protocol may hold back what the kernel would take: then nothing is sent, nor unsent."""
    tasks = many(2, "request", "grpc.aio._call:_StreamRequestMixin._write", "push", REQUEST)
    asyncios = many(2, "request", *DRAIN, "push", REQUEST)
    connections = (*MANY_CLIENTS, outside(sent=sent, received=sent))

    assert verdicts(still(*tasks, connections=connections)) == expected
    assert verdicts(still(*asyncios, connections=connections)) == []


def test_window_of_a_protocol_in_words() -> None:
    """The evidence says for how long nothing was sent."""
    tasks = many(2, "request", "grpc.aio._call:_StreamRequestMixin._write", "push", REQUEST)
    (finding,) = found(still(*tasks, connections=(*MANY_CLIENTS, outside(sent=30.0))))

    assert finding.evidence[1] == (
        "nothing was sent for 30 s: the other side opens no window for more"
    )


@pytest.mark.parametrize(
    ("names", "seconds", "expected"),
    [
        ((*EVENT, RECEIVE, *BODY, "order"), 10.0, [("stuck-upload", "possible", "order")]),
        ((*EVENT, RECEIVE, "again", *BODY, "order"), 9.0, [("stuck-upload", "possible", "again")]),
        ((*EVENT, RECEIVE, *BODY, "order"), 8.9, []),
        ((*EVENT, RECEIVE, "watch"), 10.0, []),
    ],
)
def test_body_that_does_not_come(
    names: tuple[str, ...], seconds: float, expected: list[tuple[str, str, str]]
) -> None:
    """A request that reads its body and gets nothing; one that waits for its client to leave."""
    tasks = many(3, "request", *names, REQUEST)

    assert verdicts(still(*tasks, seconds=seconds)) == expected
    assert verdicts(still(*many(3, "request", *names, REQUEST, deadline=60.0))) == []
    assert verdicts(still(*many(3, "request", *names, "main"))) == []
