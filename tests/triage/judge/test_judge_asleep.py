"""Threads without an event loop: deadlocks of locks, and waits that nothing ends."""

from dataclasses import replace
from typing import Any

import pytest

from examples.triage.model import Held, Object, Thread
from tests.triage.judge.cases import (
    LOOP,
    PID,
    RESTING,
    SELECT,
    SHORT,
    SLEEP,
    STEP,
    TO_THREAD,
    WORKER,
    child,
    found,
    many,
    still,
    task,
    thread,
    timeline,
    verdicts,
)

FUTEX = "futex_do_wait"
BODY = ("threading:Thread.run",)
FUTURE = ("threading:Condition.wait", "concurrent.futures._base:Future.result")
JOIN = ("threading:Condition.wait", "queue:Queue.join")
PUT = ("threading:Condition.wait", "queue:Queue.put")
BARRIER = ("threading:Condition.wait", "threading:Barrier.wait")
GET = ("threading:Condition.wait", "queue:Queue.get")
EVENT = ("threading:Condition.wait", "threading:Event.wait")
PERMIT = ("threading:Condition.wait", "threading:Semaphore.acquire")
END = ("threading:Thread.join",)


def asleep(number: int, *names: str, **more: Any) -> Thread:
    """Make a thread that sleeps until another one wakes it."""
    return thread(number, *names, channel=FUTEX, **more)


def holder(number: int, lock: int, kind: str = "lock", **more: Any) -> Thread:
    """Make a thread that is in the block of one lock and sleeps in own code."""
    more.setdefault("channel", FUTEX)
    held = (Held(Object(kind, lock), 0),)
    return thread(number, "transfer", *BODY, held=held, **more)


NAPS = thread(PID, "serve", "<module>", channel="hrtimer_nanosleep")


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_locks_in_either_order(seconds: float, confidence: str) -> None:
    """Two threads that each hold a lock and sleep in one wait for each other."""
    at_rest = (Held(Object("Condition", 3), 1),)
    others = [
        asleep(300, "transfer", *BODY),
        asleep(301, *GET, "work", *BODY, held=at_rest),
        NAPS,
    ]
    process = still(threads=[[holder(200, 1), holder(201, 2), *others]], seconds=seconds)

    assert verdicts(process) == [("thread-cycle", confidence, "transfer")]
    (finding,) = found(process)
    assert (finding.rule.cause, finding.tasks) == ("await-cycle", 2)


@pytest.mark.parametrize(
    "third",
    [
        holder(202, 3, channel="hrtimer_nanosleep"),
        holder(202, 3, channel="wait_woken"),
    ],
)
def test_holder_that_does_something_else(third: Thread) -> None:
    """Where a thread holds a lock and waits for no other one, it may release what they want."""
    assert verdicts(still(threads=[[holder(200, 1), holder(201, 2), third]])) == []


def test_holders_that_move() -> None:
    """Threads that give up the CPU again and again go from lock to lock."""
    moments = [
        [holder(200 + one, one, switches=20 * number) for one in range(2)] for number in range(5)
    ]

    assert verdicts(still(threads=moments)) == []


def test_waiters_of_a_condition_hold_nothing() -> None:
    """Whoever waits for a condition is in its block as well, and has released it."""
    waits = [
        asleep(number, *GET, "work", *BODY, held=(Held(Object("Condition", number), 1),))
        for number in (200, 201)
    ]

    assert verdicts(still(threads=[[NAPS, *waits]])) == []


@pytest.mark.parametrize(
    ("kind", "others", "names"),
    [
        ("lock", [], [("thread-cycle", "likely", "transfer")]),
        ("RLock", [], []),
        ("lock", [NAPS], []),
    ],
)
def test_lock_that_is_taken_twice(
    kind: str, others: list[Thread], names: list[tuple[str, str, str]]
) -> None:
    """One thread waits for itself only where no other thread can wake it."""
    assert verdicts(still(threads=[[holder(200, 1, kind), *others]], connections=())) == names


def test_deadlock_below_a_loop() -> None:
    """The tasks that wait for such threads are explained by it."""
    held = [
        asleep(200 + one, "transfer", *WORKER, held=(Held(Object("lock", one), 0),))
        for one in (1, 2)
    ]
    tasks = many(2, "request", *TO_THREAD, "report")

    assert verdicts(still(*tasks, threads=[[RESTING, *held]])) == [
        ("thread-cycle", "likely", "transfer")
    ]


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
@pytest.mark.parametrize("names", [FUTURE, JOIN, BARRIER])
def test_nothing_wakes_anybody(names: tuple[str, ...], seconds: float, confidence: str) -> None:
    """A wait that ought to end, in a process of threads that wait for each other, never does."""
    threads = [
        asleep(PID, *names, "flush", "<module>"),
        asleep(200, *GET, "work", *BODY),
        asleep(201),  # of a library without Python
    ]

    assert verdicts(still(threads=[threads], seconds=seconds)) == [
        ("dead-end", confidence, "flush")
    ]


@pytest.mark.parametrize(
    "other",
    [
        thread(200, "work", *BODY, channel="hrtimer_nanosleep"),
        thread(200, "work", *BODY, channel="wait_woken"),
        thread(200, "work", *BODY, state="R"),
        thread(200, "work", *BODY, channel=""),
        asleep(200, "threading:Event.wait", "threading:Timer.run"),
        asleep(200, "multiprocessing.synchronize:SemLock.__enter__", "work", *BODY),
    ],
)
def test_thread_that_goes_on(other: Thread) -> None:
    """A thread that sleeps in a timer, a read or another process may bring what is missing."""
    assert verdicts(still(threads=[[asleep(PID, *FUTURE, "ask"), other]])) == []


def test_loop_may_bring_it() -> None:
    """A thread that waits for a result of a loop waits for what the loop waits for."""
    loop = asleep(200, "step", *STEP, loop=1)

    assert verdicts(still(threads=[[asleep(300, *FUTURE, "ask"), RESTING]])) == []
    assert "dead-end" not in str(verdicts(still(threads=[[asleep(300, *FUTURE, "ask"), loop]])))
    assert verdicts(still(task("a", "step"), threads=[[asleep(200, *FUTURE, "ask")]])) == []


@pytest.mark.parametrize(
    ("names", "second", "expected"),
    [
        (FUTURE, EVENT, [("dead-end", "possible", "ask")]),
        (END, GET, [("dead-end", "possible", "ask")]),
        (END, PERMIT, [("dead-end", "possible", "work")]),
        (GET, GET, []),
        (EVENT, GET, []),
    ],
)
def test_waits_that_may_be_meant(
    names: tuple[str, ...], second: tuple[str, ...], expected: list[tuple[str, str, str]]
) -> None:
    """An event may be a pause, a thread may be joined for ever, and a consumer is just idle."""
    threads = [asleep(PID, *names, "ask", "<module>"), asleep(200, *second, "work", *BODY)]

    assert verdicts(still(threads=[threads])) == expected


@pytest.mark.parametrize("wait", [FUTURE, (*EVENT, "concurrent.futures._base:wait")])
def test_jobs_that_wait_for_their_own_pool(wait: tuple[str, ...]) -> None:
    """All threads of a pool wait for results of the pool: that needs no loop and no time."""
    pool = [asleep(200 + one, *wait, "render", *WORKER, name=f"pool_{one}") for one in range(2)]
    process = still(threads=[[asleep(PID, *FUTURE, "main"), *pool]], seconds=SHORT)

    assert verdicts(process) == [("threads-taken", "likely", "render")]


@pytest.mark.parametrize("channel", [FUTEX, "hrtimer_nanosleep"])
def test_jobs_that_wait_for_another_pool(channel: str) -> None:
    """A thread of another pool that is at work may bring the results."""
    pool = [asleep(200 + one, *FUTURE, "render", *WORKER, name=f"pool_{one}") for one in range(2)]
    other = thread(300, "fetch", *WORKER, name="other_0", channel=channel)

    assert verdicts(still(threads=[[NAPS, *pool, other]], seconds=SHORT)) == []


def test_jobs_that_wait_for_a_loop() -> None:
    """Threads that wait for coroutines of a loop which still sleep wait for no thread."""
    pool = [asleep(200 + one, *FUTURE, "ask", *WORKER, name=f"pool_{one}") for one in range(2)]
    tasks = many(2, "call", "asyncio.tasks:sleep", "fetch")

    assert verdicts(still(*tasks, threads=[[RESTING, *pool]])) == []


ACCEPTS = thread(
    PID,
    "selectors:_PollLikeSelector.select",
    "socketserver:BaseServer.serve_forever",
    "<module>",
    channel="do_poll",
)
SERVES = ("price", "socketserver:BaseServer.finish_request", *BODY)


@pytest.mark.parametrize(
    ("number", "seconds", "confidence"),
    [(2, 9.1, "likely"), (1, 9.1, "possible"), (2, 8.9, "possible")],
)
def test_requests_at_a_future_of_nobody(number: int, seconds: float, confidence: str) -> None:
    """Requests in threads wait for a future, and all that is left is a thread that accepts."""
    stuck = [asleep(200 + one, *FUTURE, *SERVES) for one in range(number)]
    process = still(threads=[[ACCEPTS, *stuck]], seconds=seconds)

    assert verdicts(process) == [("dead-end", confidence, "price")]


@pytest.mark.parametrize(
    "other",
    [
        thread(300, "collect", *BODY, channel="hrtimer_nanosleep"),
        thread(300, *SELECT, *LOOP, loop=1),
        asleep(300, *FUTURE, "collect", *BODY),
    ],
    ids=["thread", "loop", "unknown"],
)
def test_requests_at_a_future_of_somebody(other: Thread) -> None:
    """Any other thread, a loop or a child process may still complete the future."""
    stuck = [asleep(200 + one, *FUTURE, *SERVES) for one in range(2)]

    assert verdicts(still(threads=[[ACCEPTS, *stuck, other]])) == []
    assert verdicts(still(threads=[[ACCEPTS, *stuck]], children=[child("")])) == []


def test_requests_at_a_future_in_turn() -> None:
    """Requests that get their results are at a future again whenever one looks."""
    rows = [[ACCEPTS, asleep(200, *FUTURE, *SERVES, switches=30 * number)] for number in range(5)]

    assert verdicts(timeline(*[[]] * 5, threads=rows)) == []


def test_server_of_threads_at_rest() -> None:
    """Without a request nothing waits for anybody."""
    assert verdicts(still(threads=[[ACCEPTS]])) == []


def test_tasks_of_a_loop_that_nobody_runs() -> None:
    """A loop that was stopped leaves its tasks behind, and they complete no future."""
    left = task("prices", *SLEEP, "prices")
    stuck = [asleep(200 + one, *FUTURE, *SERVES) for one in range(2)]

    assert ("dead-end", "likely", "price") in verdicts(still(left, threads=[[ACCEPTS, *stuck]]))


SLOW = thread(201, "socket:socket.recv", "write", *BODY, channel="wait_woken")


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_queue_that_no_thread_empties(seconds: float, confidence: str) -> None:
    """A full queue whose consumer died holds its producers for ever, whoever else has no work."""
    threads = [asleep(PID, *PUT, "feed", "main"), asleep(200, *GET, "work", *BODY)]
    process = still(threads=[threads], seconds=seconds)

    assert verdicts(process) == [("thread-queue-full", confidence, "feed")]


def test_queue_with_a_consumer() -> None:
    """A thread that moves may be the consumer, and one that sleeps in a call may be slow."""
    puts = asleep(PID, *PUT, "feed", "main")
    busy = [[puts, replace(SLOW, switches=20 * number)] for number in range(5)]
    turns = [[replace(puts, switches=20 * number)] for number in range(5)]

    assert verdicts(still(threads=[[puts, SLOW]])) == [("thread-queue-full", "possible", "feed")]
    assert verdicts(still(threads=busy)) == []
    assert verdicts(still(threads=turns)) == []
    assert verdicts(still(task("a", "step"), threads=[[RESTING, puts]])) == []
    shared = asleep(PID, "multiprocessing.queues:Queue.put", "feed", "main")
    assert "thread-queue-full" not in str(verdicts(still(threads=[[shared]])))
