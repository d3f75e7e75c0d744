"""Worker processes that died, and those who wait for them."""

from dataclasses import replace

import pytest

from examples.triage.model import Child
from tests.triage.judge.cases import (
    EVENT,
    PID,
    RESTING,
    TO_THREAD,
    WORKER,
    child,
    found,
    many,
    still,
    task,
    thread,
    verdicts,
)

GETS = ("multiprocessing.connection:_ConnectionBase.recv_bytes", "multiprocessing.queues:Queue.get")
JOINS = ("multiprocessing.synchronize:Condition.wait", "multiprocessing.queues:JoinableQueue.join")
DEAD = child("", "gone")._replace(state="Z", stack=(), status=9)
AT_REST = child("pipe_read", "multiprocessing.queues:Queue.get", "work", "<module>", pid=201)
AT_WORK = child("wait_woken", "socket:socket.recv", "score", "work", "<module>", pid=202)


@pytest.mark.parametrize(
    ("names", "seconds", "confidence"),
    [(JOINS, 8.9, "possible"), (JOINS, 9.1, "likely"), (GETS, 10.0, "possible")],
)
def test_worker_that_died(names: tuple[str, ...], seconds: float, confidence: str) -> None:
    """A dead child takes its item with it; one more item may also never be meant to come."""
    waits = [thread(PID, *names, "run_batch", "<module>", channel="futex_do_wait")]
    process = still(threads=[waits], children=[DEAD, AT_REST], seconds=seconds)

    assert verdicts(process) == [("dead-worker", confidence, "run_batch")]
    (finding,) = found(process)
    assert finding.evidence[1] == (
        "process 200, a child of this one, was killed by signal 9, and nobody saw it"
    )


def test_readers_that_wait_for_the_lock_of_their_queue() -> None:
    """Those that live are at rest, whether they wait for an item or to be the one that does."""
    queued = child(
        "futex_do_wait",
        "multiprocessing.synchronize:SemLock.__enter__",
        "multiprocessing.queues:Queue.get",
        "work",
        "<module>",
        pid=203,
    )
    at_work = queued._replace(stack=(queued.stack[0], *queued.stack[2:]))
    waits = [thread(PID, *JOINS, "run_batch", "<module>", channel="futex_do_wait")]

    assert verdicts(still(threads=[waits], children=[DEAD, queued])) == [
        ("dead-worker", "likely", "run_batch")
    ]
    assert "dead-worker" not in str(verdicts(still(threads=[waits], children=[DEAD, at_work])))


def test_worker_that_failed() -> None:
    """The status of a worker that was not killed is told."""
    waits = [thread(PID, *JOINS, "run_batch", "<module>", channel="futex_do_wait")]
    (finding,) = found(still(threads=[waits], children=[DEAD._replace(status=256)]))

    assert "ended with status 1" in finding.evidence[1]


def test_call_that_waits_for_a_dead_worker() -> None:
    """Where a library waits in a thread of a pool, the task behind it is the place."""
    calls = thread(200, *GETS, *WORKER, name="asyncio_0")

    assert verdicts(
        still(task("feed", "score", "feed"), threads=[[RESTING, calls]], children=[DEAD])
    ) == [("dead-worker", "possible", "score")]


@pytest.mark.parametrize(
    "children",
    [
        [AT_REST],
        [DEAD, AT_WORK],
        [DEAD._replace(python=False), AT_REST],
        [DEAD._replace(status=0), AT_REST],
    ],
)
def test_workers_that_live(children: list[Child]) -> None:
    """A worker that works may bring it; another program, and one that is done, have no part."""
    waits = [thread(PID, *JOINS, "run_batch", "<module>", channel="futex_do_wait")]

    assert verdicts(still(threads=[waits], children=children)) == []


def test_thread_that_gets_its_items() -> None:
    """A thread that moves gets what it waits for, whoever died."""
    waits = thread(PID, *JOINS, "run_batch", "<module>", channel="futex_do_wait")
    moments = [[replace(waits, switches=20 * number)] for number in range(5)]

    assert verdicts(still(threads=moments, children=[DEAD])) == []


def test_dead_children_are_no_helpers() -> None:
    """A child that has ended brings nothing: who waits in a dead end is in one all the same."""
    main = task("main", "asyncio.taskgroups:TaskGroup.__aexit__", "main")
    waits = many(2, "call", *EVENT, "ask", "call", by=[main])

    assert verdicts(still(main, *waits, connections=[], children=[DEAD])) == [
        ("never-set", "likely", "ask")
    ]


def test_end_of_workers_that_wait_for_work() -> None:
    """Nobody told them to end: in vain, or a supervisor; a worker at work may well end."""
    joins = ("multiprocessing.popen_fork:Popen.wait", "multiprocessing.process:BaseProcess.join")
    calls = [thread(number, *joins, *WORKER, name="asyncio_0") for number in (200, 201)]
    tasks = many(2, "stop", *TO_THREAD, "stop_workers", "main")
    rows = [[RESTING, *calls]]

    assert verdicts(still(*tasks, threads=rows, children=[AT_REST])) == [
        ("stuck-thread", "possible", "stop_workers")
    ]
    assert verdicts(still(*tasks, threads=rows, children=[AT_REST, AT_WORK])) == []
