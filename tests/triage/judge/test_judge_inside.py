"""Rules about waits that only the process itself can end, and about tasks that are left over."""

import math

import pytest

from tests.triage.judge.cases import (
    EVENT,
    GET,
    READ,
    REQUEST,
    SESSION,
    SHORT,
    SLEEP,
    child,
    client,
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


@pytest.mark.parametrize(
    ("number", "seconds", "confidence"),
    [(1, 10.0, "possible"), (2, SHORT, "possible"), (2, 10.0, "likely")],
)
def test_event_that_nobody_sets(number: int, seconds: float, confidence: str) -> None:
    """Requests that wait for one event for long are likely forgotten."""
    tasks = many(number, "request", *EVENT, "recommend", REQUEST, wants=thing("Event"))
    (finding,) = found(still(*tasks, seconds=seconds))

    assert (finding.rule.id, finding.confidence) == ("never-set", confidence)


@pytest.mark.parametrize("names", [(*EVENT, "serve", "main"), (*GET, "push", "news", SESSION)])
def test_event_of_a_background_task(names: tuple[str, ...]) -> None:
    """A stop event, or the queue of a session, may never be set."""
    assert verdicts(still(task("waiter", *names, wants=thing("Event")))) == []


@pytest.mark.parametrize(("watched", "rules"), [(True, []), (False, ["never-set"])])
def test_task_that_watches(watched: bool, rules: list[str]) -> None:  # noqa: FBT001
    """A library's task that is waited for beside another one may last as long as it likes."""
    call = task("call", "asyncio.tasks:wait", "ask", REQUEST)
    watch = task("watch", *EVENT, "fastmcp.client.client:Client._session_runner", by=[call])
    beside = [task("part", *SLEEP, "fastmcp.client.client:Client.ping", by=[call])]

    judged = verdicts(still(call, watch, *(beside if watched else [])))
    assert [rule for rule, *_ in judged] == rules


def test_long_poll() -> None:
    """Requests that wait for news under a deadline are meant to."""
    tasks = many(5, "request", *EVENT, "next_news", REQUEST, wants=thing("Event"), deadline=60.0)

    assert verdicts(still(*tasks)) == []


def test_future_that_several_share() -> None:
    """A bare future that several wait for is possibly orphaned, even under a deadline."""
    tasks = many(2, "request", "cached", "show", REQUEST, deadline=60.0)

    assert verdicts(still(*tasks)) == [("never-set", "possible", "cached")]
    assert verdicts(still(*tasks, seconds=SHORT)) == []


def test_handlers_without_clients() -> None:
    """More handlers than connections: some work on for clients that have left."""
    tasks = many(3, "handler", *GET, "push", "news", SESSION)

    assert verdicts(still(*tasks, connections=[client(), client()])) == [
        ("clients-gone", "likely", "push")
    ]
    assert verdicts(still(*tasks, connections=[client(), client(), client()])) == []
    assert verdicts(still(*tasks, connections=[], hidden_clients=True)) == []


@pytest.mark.parametrize(
    ("clients", "own", "rule"),
    [(1, True, "clients-gone"), (2, True, "never-set"), (1, False, "never-set")],
)
def test_queues_of_clients_that_left(clients: int, *, own: bool, rule: str) -> None:
    """A queue for each client, and most clients gone: the handlers have outlived them."""
    queue = thing("Queue")
    tasks = [
        task(f"h-{one}", *GET, "push", REQUEST, wants=thing("Queue") if own else queue)
        for one in range(4)
    ]

    connections = [client() for _ in range(clients)]
    assert verdicts(still(*tasks, connections=connections)) == [(rule, "likely", "push")]


def test_client_that_hung_up() -> None:
    """A connection that the client has closed is none."""
    tasks = many(1, "handler", *GET, "push", "news", SESSION)

    assert verdicts(still(*tasks, connections=[client(state="closed-by-peer")])) == [
        ("clients-gone", "likely", "push")
    ]


def test_better_explanation_comes_first() -> None:
    """Handlers that a lock explains are not counted as without a client as well."""
    lock = thing("Lock")
    tasks = [task("holder", *READ, "fetch", "quote", REQUEST, holds=[lock])]
    tasks += many(2, "w", "asyncio.locks:Lock.acquire", "quote", REQUEST, wants=lock)

    assert verdicts(still(*tasks, connections=[outside()])) == [("lock-queue", "likely", "quote")]


def test_orphans_are_only_possible() -> None:
    """Pollers that were started one by one may be wanted: a second capture decides."""
    tasks = [task(f"Task-{number}", *SLEEP, "poll") for number in (4, 6, 8)]

    assert verdicts(still(*tasks, connections=[])) == [("orphans", "possible", "poll")]
    assert verdicts(still(*tasks, connections=[client()])) == []
    assert verdicts(still(*tasks[:2], connections=[])) == []
    one_gap = [task(f"Task-{number}", *SLEEP, "poll") for number in (4, 5, 7)]
    assert verdicts(still(*one_gap, connections=[])) == []


def test_set_of_workers() -> None:
    """Numbers in a row belong to tasks that were started as a set."""
    tasks = [task(f"Task-{number}", *SLEEP, "poll") for number in (4, 5, 6, 7)]

    assert verdicts(still(*tasks, connections=[])) == []


def test_barrier_whose_party_is_gone() -> None:
    """At a barrier everybody waits for the rest, and nobody is on the way."""
    waits = many(3, "shard", "asyncio.locks:Barrier.wait", "replay", wants=thing("Barrier"))

    assert verdicts(still(*waits)) == [("never-set", "likely", "replay")]
    late = task("late", *SLEEP, "replay")
    assert verdicts(timeline([moved(late), *waits], [late, *waits])) == []


@pytest.mark.parametrize(("root", "found"), [(SESSION, []), (REQUEST, ["never-set"])])
def test_barrier_of_sessions(root: str, found: list[str]) -> None:
    """The last party at a barrier of sessions is a client that may come later."""
    waits = many(3, "play", "asyncio.locks:Barrier.wait", "play", root, wants=thing("Barrier"))

    assert [rule for rule, *_ in verdicts(still(*waits))] == found


@pytest.mark.parametrize(("deadline", "confidence"), [(130.1, "possible"), (math.inf, "likely")])
def test_event_below_a_deadline_that_is_minutes_away(deadline: float, confidence: str) -> None:
    """A deadline that is minutes away ends the wait, although hardly anybody waits for that."""
    waits = many(3, "r", *EVENT, "turn", REQUEST, wants=thing("Event"), deadline=deadline)

    assert verdicts(still(*waits)) == [("never-set", confidence, "turn")]


@pytest.mark.parametrize(("deadline", "rules"), [(600.0, []), (math.inf, ["never-set"])])
def test_replies_that_come_within_minutes(deadline: float, rules: list[str]) -> None:
    """Where one request got its reply, the others have minutes to wait for theirs."""
    first, *others = many(4, "request", "pay", REQUEST, deadline=deadline)

    assert [rule for rule, *_ in verdicts(timeline([first, *others], others))] == rules


def test_dead_end() -> None:
    """Where every task waits for another and nothing comes from outside, nothing can go on."""
    main = task("main", "asyncio.taskgroups:TaskGroup.__aexit__", "main")
    waits = many(2, "call", *EVENT, "fetch_token", "call", wants=thing("Event"), by=[main])

    assert verdicts(still(main, *waits, connections=[])) == [("never-set", "likely", "fetch_token")]
    timer = task("timer", *SLEEP, "beat")
    assert verdicts(still(main, timer, *waits, connections=[])) == []
    assert verdicts(still(main, *waits, connections=[client()])) == []
    assert verdicts(still(main, *waits, connections=[], children=[child("do_wait")])) == []
    assert verdicts(still(main, *waits, connections=[], sources=1)) == []


def test_reply_queues_of_a_dead_end() -> None:
    """Each task has a queue of its own for its reply; workers share one."""
    main = task("main", "asyncio.taskgroups:TaskGroup.__aexit__", "main")
    calls = [task(str(one), *GET, "convert", "client", wants=thing("Queue")) for one in range(3)]
    shared = many(3, "worker", *GET, "take", "work", wants=thing("Queue"))

    assert verdicts(still(main, *calls, connections=[])) == [("never-set", "likely", "convert")]
    assert verdicts(still(main, *shared, connections=[])) == []
    assert verdicts(still(main, calls[0], connections=[])) == []


def test_wait_for_a_signal() -> None:
    """The outermost function of a program may wait for a signal."""
    main = task("main", *EVENT, "main", wants=thing("Event"))

    assert verdicts(still(main, connections=[])) == []


def test_replies_that_do_not_come() -> None:
    """Several background tasks in calls that wait for bare futures are possible, and later."""
    calls = many(2, "quote", "Rpc.call", "quote")
    answers = task("answers", *READ, "serve")

    assert verdicts(still(*calls, answers)) == [("never-set", "possible", "Rpc.call")]
    assert verdict(*calls, answers, seconds=SHORT).undecided
    assert verdicts(still(*calls[:1], answers)) == []


def test_task_that_swallows_its_cancellation() -> None:
    """A request to cancel that stays belongs to a task that goes on."""
    stubborn = task("stubborn", *SLEEP, "refresh", cancels=1)

    assert verdicts(still(stubborn)) == [("cancel-ignored", "likely", "refresh")]
    assert verdicts(timeline([moved(stubborn)], [stubborn])) == []
    swallowed = task("told", *SLEEP, "refresh", notes=("cancelled 1 time, and still there",))
    assert verdicts(still(swallowed)) == [("cancel-ignored", "certain", "refresh")]


@pytest.mark.parametrize(
    ("names", "closes"),
    [
        (("asyncio.base_events:Server.wait_closed", "hypercorn.asyncio.run:worker_serve"), True),
        (("asyncio.base_events:Server.wait_closed", "serve", "main"), False),
        (("asyncio.locks:Event.wait", "hypercorn.asyncio.run:worker_serve"), False),
    ],
    ids=["closes", "own", "serves"],
)
def test_server_that_closes(names: tuple[str, ...], closes: bool) -> None:  # noqa: FBT001
    """A server closes in a call of its own; own code may make the same one while it serves."""
    handlers = many(2, "session", *GET, "follow", SESSION)

    judged = verdicts(still(task("server", *names), *handlers))
    assert judged == ([("shutdown-waits", "likely", "follow")] if closes else [])
