"""Answers that a library waits for in tasks of its own."""

from dataclasses import replace

import pytest

from tests.triage.judge.cases import (
    MANY_CLIENTS,
    REQUEST,
    many,
    outside,
    still,
    task,
    verdicts,
)

ASK = ("mcp.shared.jsonrpc_dispatcher:JSONRPCDispatcher.send_raw_request",)
RESPONSE = ("tornado.simple_httpclient:_HTTPConnection.run",)
OPEN = (*MANY_CLIENTS, outside())
OWED = (*MANY_CLIENTS, outside(sent=11.0, received=12.0))


def test_call_that_a_library_makes_in_a_task() -> None:
    """The place is where own code waits for the task in which a library asks the other side."""
    calls = many(2, "request", "asyncio.tasks:wait", "ask_vault", "notes", REQUEST)
    parts = [task(f"part-{call.name}", *ASK, by=[call]) for call in calls]

    assert verdicts(still(*calls, *parts, connections=OPEN)) == [
        ("stuck-read", "likely", "ask_vault")
    ]


@pytest.mark.parametrize(
    ("number", "asks", "expected"),
    [
        (1, RESPONSE, [("stuck-read", "likely", "proxy")]),
        (2, RESPONSE, [("never-set", "likely", "proxy")]),
        (1, (*RESPONSE, "crawl"), [("never-set", "likely", "proxy")]),
    ],
    ids=["asks", "without-a-connection", "own"],
)
def test_future_of_a_library(
    number: int, asks: tuple[str, ...], expected: list[tuple[str, str, str]]
) -> None:
    """Where tasks of a library wait for owed answers, requests at a future wait for these."""
    calls = many(3, "request", "proxy", REQUEST)
    connections = many(number, "connection", *asks)
    judged = verdicts(still(*calls, *connections, connections=OWED))

    assert judged[: len(expected)] == expected


def test_call_without_own_code() -> None:
    """Where no own code waits for it, the place is where the library asks."""
    above = task("above", "asyncio.tasks:wait", "starlette.routing:Router.app", REQUEST)
    part = task("part", *ASK, by=[above])

    assert verdicts(still(above, part, connections=OPEN)) == [
        ("stuck-read", "possible", "JSONRPCDispatcher.send_raw_request")
    ]


def test_call_below_a_cycle() -> None:
    """Tasks of a library that wait for one another have no own code above them."""
    first = task("first", "anyio.abc._tasks:TaskGroup.start", REQUEST)
    second = task("second", "anyio.abc._tasks:TaskGroup.start", REQUEST, by=[first])
    first = replace(first, awaiters=(second.id,))
    part = task("part", *ASK, by=[first])
    judged = verdicts(still(first, second, part, connections=OPEN))

    assert ("stuck-read", "possible", "JSONRPCDispatcher.send_raw_request") in judged
