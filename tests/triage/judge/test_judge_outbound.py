"""Waits for the outside, for others, and for nothing: what is judged, and what is left alone."""

import math
from dataclasses import replace

import pytest

from examples.triage.model import Held, Object, Task
from tests.triage.judge.cases import (
    CONNECT,
    EVENT,
    GET,
    JOB,
    MANY_CLIENTS,
    READ,
    REQUEST,
    SESSION,
    SHORT,
    SLEEP,
    child,
    found,
    many,
    moved,
    outside,
    still,
    task,
    thing,
    timeline,
    verdict,
    verdicts,
)

ANSWER = "httpcore._async.http11:AsyncHTTP11Connection._receive_response_headers"
RECV = "websockets.asyncio.connection:Connection.recv"
LIFESPAN = ("starlette.routing:Router.lifespan", "uvicorn.lifespan.on:LifespanOn.main")
OPEN = (*MANY_CLIENTS, outside())


def owed(seconds: float) -> tuple[object, ...]:
    """Make connections, one of which has owed an answer for some seconds."""
    return (*MANY_CLIENTS, outside(sent=seconds, received=seconds + 1))


@pytest.mark.parametrize(
    ("number", "seconds", "confidence"),
    [(2, SHORT, "possible"), (1, 10.0, "possible"), (2, 10.0, "likely"), (1, 20.0, "likely")],
)
def test_read_without_a_deadline(number: int, seconds: float, confidence: str) -> None:
    """Several requests in a long window are likely stuck, as is one in a very long one."""
    tasks = many(number, "request", *READ, "fetch", "show", REQUEST)

    assert verdicts(still(*tasks, seconds=seconds, connections=OPEN)) == [
        ("stuck-read", confidence, "fetch")
    ]


def test_connection_that_one_sample_misses() -> None:
    """A connection that is there first and last was open, whatever a sample between says."""
    tasks = many(1, "request", *READ, "fetch", "show", REQUEST)
    process = still(*tasks, seconds=SHORT, connections=OPEN)
    process.snapshots[1] = replace(process.snapshots[1], connections=MANY_CLIENTS)

    assert verdicts(process) == [("stuck-read", "possible", "fetch")]


def test_age_of_a_connection_counts() -> None:
    """The kernel knows of a silence that began before triage looked."""
    tasks = many(1, "request", *READ, "fetch", "show", REQUEST)
    (finding,) = found(still(*tasks, seconds=SHORT, connections=owed(2400)))

    assert finding.confidence == "likely"
    assert finding.evidence[1] == "the other side owes an answer for 40 minutes"


def test_connection_at_rest_owes_nothing() -> None:
    """A connection on which the other side was the last to send waits for no answer."""
    tasks = many(1, "request", *READ, "fetch", "show", REQUEST)
    at_rest = (*MANY_CLIENTS, outside(sent=100.0, received=99.0))

    assert verdicts(still(*tasks, seconds=SHORT, connections=at_rest)) == [
        ("stuck-read", "possible", "fetch")
    ]


def test_read_under_a_deadline() -> None:
    """A deadline will end the wait: the request is waiting, and no fault."""
    tasks = many(3, "request", *READ, "fetch", "show", REQUEST, deadline=30.0)

    assert verdicts(still(*tasks, connections=OPEN)) == []


def test_deadline_of_the_awaiter() -> None:
    """A deadline of the task that awaits this one counts as well."""
    parent = task("parent", "asyncio.tasks:wait_for", "show", REQUEST, deadline=30.0)
    child = task("child", *READ, "fetch", by=[parent])

    assert verdicts(still(parent, child, connections=OPEN)) == []


@pytest.mark.parametrize(
    ("when", "rules"),
    [(math.inf, ["stuck-read"]), (None, []), (130.0, []), (130.1, ["stuck-read"])],
)
def test_deadline_that_is_switched_off(when: float | None, rules: list[str]) -> None:
    """A timeout of None, or of minutes, is none; one that could not be read counts as one."""
    request = task("request", *READ, "fetch", "show", REQUEST)
    held = (Held(Object("Timeout", 1), 2, when=when),)
    one = Task(1, "request", request.stack, future=7, selves=request.selves, held=held)

    assert [rule for rule, *_ in verdicts(still(one, connections=OPEN))] == rules


@pytest.mark.parametrize(
    ("deadline", "confidence", "said"),
    [
        (130.1, "possible", "the deadline above the wait is more than 2 minutes away"),
        (math.inf, "likely", "no deadline is above the wait"),
    ],
)
def test_deadline_that_is_minutes_away(deadline: float, confidence: str, said: str) -> None:
    """A deadline that is minutes away will end the wait, so its lack is not what is wrong."""
    tasks = many(3, "request", *READ, "fetch", "show", REQUEST, deadline=deadline)
    (finding,) = found(still(*tasks, connections=OPEN))

    assert (finding.rule.id, finding.confidence) == ("stuck-read", confidence)
    assert finding.evidence[-1] == said


@pytest.mark.parametrize(("deadline", "rules"), [(600.0, []), (math.inf, ["stuck-read"])])
def test_answers_that_take_their_time(deadline: float, rules: list[str]) -> None:
    """Where one request got its answer, the others have minutes to wait for theirs."""
    first, *others = many(4, "request", *READ, "fetch", "show", REQUEST, deadline=deadline)
    process = timeline([first, *others], others, connections=OPEN)

    assert [rule for rule, *_ in verdicts(process)] == rules


@pytest.mark.parametrize(("when", "rules"), [(9.0, []), (8.9, ["stuck-read"])])
def test_deadline_that_has_passed(when: float, rules: list[str]) -> None:
    """A task that still waits a second after its deadline is not ended by it."""
    tasks = many(2, "request", *READ, "release", "show", REQUEST, deadline=when)

    assert [rule for rule, *_ in verdicts(still(*tasks, connections=OPEN))] == rules


@pytest.mark.parametrize(
    ("kinds", "parent", "rules"),
    [
        (("TaskGroup", "CancelScope"), GET, ["stuck-read"]),
        (("CancelScope", "TaskGroup"), GET, []),
        (("TaskGroup", "CancelScope"), ("asyncio.tasks:_wait",), []),
        (("CancelScope",), GET, []),
    ],
)
def test_deadline_within_a_task_group(
    kinds: tuple[str, ...], parent: tuple[str, ...], rules: list[str]
) -> None:
    """A deadline that was entered after the group ends the block's wait and not its tasks."""
    sends = task("sends", *parent, "send", SESSION)
    held = [Held(thing(kind), 1, when=30.0 if kind == "CancelScope" else None) for kind in kinds]
    sends = replace(sends, held=tuple(held))
    works = task("works", *READ, "fetch", "tool", REQUEST, by=[sends])

    assert [rule for rule, *_ in verdicts(still(sends, works, connections=OPEN))] == rules


def test_deadline_of_a_generator() -> None:
    """fail_after(None) holds a scope that is switched off, so there is no deadline."""
    request = task("request", ANSWER, "fetch", "show", REQUEST)
    held = (
        Held(Object("_GeneratorContextManager", 1), 1, "fail_after"),
        Held(Object("CancelScope", 2), 1, when=math.inf),
    )
    one = Task(1, "request", request.stack, future=7, selves=request.selves, held=held)

    assert [rule for rule, *_ in verdicts(still(one, connections=OPEN))] == ["stuck-read"]


@pytest.mark.parametrize(
    ("file", "place"), [("<string>", "get_orders"), ("/lib/app.py", REQUEST.partition(":")[2])]
)
def test_place_in_generated_code(file: str, place: str) -> None:
    """Without own code the place is that of generated code, before the outermost of a library."""
    request = task("request", ANSWER, "schema:get_orders", REQUEST)
    *inner, handler, root = request.stack
    stack = (*inner, handler._replace(file=file, module=""), root)
    tasks = [replace(request, id=number, stack=stack) for number in (1, 2)]

    assert verdicts(still(*tasks, connections=OPEN)) == [("stuck-read", "likely", place)]


def test_another_future_is_movement() -> None:
    """The same place with another future is a request that goes on."""
    one = task("request", *READ, "fetch", "show", REQUEST)

    assert verdicts(timeline([moved(one)], [one], connections=OPEN)) == []


@pytest.mark.parametrize("root", [SESSION, "main"])
def test_read_of_new_work(root: str) -> None:
    """A session or a background task may read for as long as it likes."""
    assert verdicts(still(task("reader", *READ, "listen", root), connections=OPEN)) == []


def test_library_that_polls() -> None:
    """A driver that wakes to look at its timeout has not moved while its connection is silent."""
    query = task("work", *EVENT, "psycopg.connection_async:AsyncConnection.wait", "count", "work")
    moments = ([moved(query)], [query])
    silent = (*MANY_CLIENTS, outside(sent=11.0, received=12.0))
    answered = (*MANY_CLIENTS, outside(sent=1.0, received=0.9))

    assert verdicts(timeline(*moments, connections=silent)) == [("stuck-read", "possible", "count")]
    assert verdicts(timeline(*moments, connections=answered)) == []


def test_command_that_may_block() -> None:
    """Which command of Redis waits is not on the stack, so a request may wait for one."""
    waits = task("request", "redis.asyncio.client:Redis.execute_command", "next_alert", REQUEST)

    assert verdicts(still(waits, connections=OPEN)) == []
    assert verdict(waits, connections=OPEN).status == "waiting"


@pytest.mark.parametrize(
    ("side", "rules"), [("ClientConnection", ["stuck-read"]), ("ServerConnection", [])]
)
def test_message_of_a_web_socket(side: str, rules: list[str]) -> None:
    """A request that asks another server over a WebSocket waits for its answer, not for news."""
    waits = task("request", RECV, "ask", REQUEST, wants=thing(side))

    assert [rule for rule, *_ in verdicts(still(waits, connections=OPEN))] == rules


@pytest.mark.parametrize(
    ("unit", "rules"), [(REQUEST, ["stuck-read"]), (SESSION, []), (JOB, []), ("main", [])]
)
def test_stream_of_a_library(unit: str, rules: list[str]) -> None:
    """A request reads an answer to its end; a job or a session may follow a stream."""
    waits = task("reader", "aiohttp.streams:StreamReader.readany", "follow", unit)

    assert [rule for rule, *_ in verdicts(still(waits, connections=OPEN))] == rules


def asking(number: int, unit: str) -> list[Task]:
    """Make tasks that ask Redis for the result of a job, and sleep before they ask again."""
    return many(number, "asking", *SLEEP, "arq.jobs:Job.result", "follow", unit, wants=thing("Job"))


@pytest.mark.parametrize(
    ("number", "seconds", "confidence"),
    [(1, 10.0, "possible"), (2, 8.9, "possible"), (2, 9.1, "likely")],
)
@pytest.mark.parametrize("unit", [REQUEST, JOB])
def test_result_of_a_job(unit: str, number: int, seconds: float, confidence: str) -> None:
    """Who asks for the result of a job again and again has not moved, although it sleeps."""
    tasks = asking(number, unit)
    moments = (list(map(moved, tasks)), tasks)

    assert verdicts(timeline(*moments, connections=OPEN, seconds=seconds)) == [
        ("stuck-read", confidence, "follow")
    ]


def test_startup_that_waits() -> None:
    """What an application waits for before it serves is a unit of work."""
    (finding,) = found(still(task("startup", *EVENT, "warmed", "lifespan", *LIFESPAN)))

    assert (finding.rule.id, finding.confidence) == ("never-set", "possible")
    assert finding.evidence[0].startswith("1 startup waited for an event")


def test_answer_in_the_background() -> None:
    """A background task that waits for an answer, and not for news, is judged."""
    tasks = many(2, "audit", ANSWER, "audit", "main")

    assert verdicts(still(*tasks, connections=OPEN)) == [("stuck-read", "likely", "audit")]


def test_call_within_a_call() -> None:
    """What a library waits for in a task of its own is a part of the call that waits for that."""
    call = task("call", "grpc.aio._call:_UnaryResponseMixin.__await__", "ask", REQUEST)
    part = task("part", "grpc.aio._call:UnaryUnaryCall._invoke", by=[call])

    assert verdicts(still(call, part, connections=OPEN)) == [("stuck-read", "possible", "ask")]


def test_read_without_a_connection() -> None:
    """Without a connection to the outside it reads from something else."""
    tasks = many(2, "request", *READ, "fetch", "show", REQUEST)

    assert verdicts(still(*tasks)) == []


@pytest.mark.parametrize(("living", "expected"), [("S", ["stuck-read"]), ("Z", [])])
def test_read_from_a_child(living: str, expected: list[str]) -> None:
    """A request may read from the pipe of a child, as long as that lives."""
    tasks = many(2, "request", *READ, "fetch", "show", REQUEST)
    other = child("ep_poll")._replace(state=living)

    assert [rule for rule, *_ in verdicts(still(*tasks, children=[other]))] == expected
    background = many(2, "reader", *READ, "fetch", "main")
    assert verdicts(still(*background, children=[other])) == []


@pytest.mark.parametrize("unit", [REQUEST, JOB])
def test_connect(unit: str) -> None:
    """A wait to connect needs no connection."""
    tasks = many(2, "task", *CONNECT, "dial", unit)

    assert ("stuck-connect", "likely", "dial") in verdicts(still(*tasks))


@pytest.mark.parametrize(("number", "confidence"), [(1, "possible"), (2, "likely")])
def test_requests_that_sleep(number: int, confidence: str) -> None:
    """A request that is mostly asleep in one function tries again and again."""
    asleep = many(number, "request", *SLEEP, "retry", "show", REQUEST)
    awake = [
        Task(one.id, one.name, task("x", *CONNECT, "retry", "show", REQUEST).stack)
        for one in asleep
    ]

    assert verdicts(timeline(asleep, awake, asleep)) == [("retry-loop", confidence, "retry")]


def test_requests_that_sleep_below_a_deadline_that_is_minutes_away() -> None:
    """Several that will give up in some minutes only possibly try for too long."""
    asleep = many(2, "request", *SLEEP, "retry", "show", REQUEST, deadline=600.0)
    awake = [
        replace(one, stack=task("x", *CONNECT, "retry", "show", REQUEST).stack) for one in asleep
    ]

    (finding,) = found(timeline(asleep, awake, asleep))
    assert (finding.rule.id, finding.confidence) == ("retry-loop", "possible")


@pytest.mark.parametrize(("times", "rules"), [(9, []), (10, ["retry-loop"])])
def test_share_of_sleep(times: int, rules: list[str]) -> None:
    """A request that is asleep in half of the samples tries again, one that is less works."""
    asleep = task("request", *SLEEP, "retry", "show", REQUEST)
    awake = Task(asleep.id, asleep.name, task("x", "retry", "show", REQUEST).stack)
    process = timeline(*[[awake]] * (20 - times), *[[asleep]] * times)

    assert [rule for rule, *_ in verdicts(process)] == rules


@pytest.mark.parametrize("unit", [REQUEST, JOB])
def test_retries_of_a_library(unit: str) -> None:
    """A job may sleep, and one that a library makes sleep before it tries again possibly hangs."""
    tenacity = "tenacity.asyncio:AsyncRetrying.__call__"
    tasks = many(2, "task", *SLEEP, tenacity, "pay", unit)
    sure = {REQUEST: "likely", JOB: "possible"}[unit]

    assert verdicts(timeline(list(map(moved, tasks)), tasks)) == [("retry-loop", sure, "pay")]


@pytest.mark.parametrize(("seconds", "rules"), [(8.9, []), (9.1, ["possible"])])
def test_one_sleep_of_a_request(seconds: float, rules: list[str]) -> None:
    """A request that has slept once may be about to answer; a long sleep is possibly a backoff."""
    tasks = many(2, "request", *SLEEP, "retry", "show", REQUEST)

    assert [sure for _, sure, _ in verdicts(still(*tasks, seconds=seconds))] == rules


def test_sleep_of_a_job() -> None:
    """A job or a background task may sleep."""
    tasks = [task("job", *SLEEP, "poll", JOB), task("poller", *SLEEP, "poll", "main")]

    assert verdicts(still(*tasks)) == []
