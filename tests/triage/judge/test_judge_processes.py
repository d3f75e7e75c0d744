"""Threads, children, descriptors, shutdowns, and what a process or Redis says."""

from dataclasses import replace
from typing import Any

import pytest

from examples.triage.model import Entry
from tests.triage.judge.cases import (
    EVENT,
    PID,
    READ,
    REQUEST,
    RESTING,
    SHORT,
    SLEEP,
    TO_THREAD,
    WORKER,
    child,
    found,
    many,
    moved,
    outside,
    still,
    task,
    thread,
    timeline,
    verdicts,
)

WAIT = "asyncio.subprocess:Process.wait"
POOL_WORKER = (
    "multiprocessing.queues:Queue.get",
    "concurrent.futures.process:_process_worker",
)

SERVER_CLOSING = ("uvicorn.server:Server.shutdown", "uvicorn.server:Server.serve")
# What a forked worker has below its job: the frames of its parent.
FORKED = ("multiprocessing.process:BaseProcess._bootstrap", "main")
CLOSING = (
    "asyncio.base_events:BaseEventLoop.shutdown_default_executor",
    "asyncio.runners:Runner.close",
)


def test_child_in_a_full_pipe() -> None:
    """A child that sleeps in the write to its pipe waits for whoever waits for its end."""
    process = still(
        *many(2, "request", WAIT, "convert"), children=[child("anon_pipe_write")], seconds=SHORT
    )

    assert verdicts(process) == [("stuck-child", "likely", "convert")]


@pytest.mark.parametrize(
    ("names", "channel"),
    [
        ((), "pipe_write"),
        (
            ("threading:Thread.join", "multiprocessing.queues:Queue._finalize_join", "extract"),
            "futex_do_wait",
        ),
    ],
)
def test_child_that_a_thread_waits_for(names: tuple[str, ...], channel: str) -> None:
    """A thread that waits without a timeout reads nothing; another one of own code may."""
    children = [child(channel, *names)]
    waits = thread(PID, "subprocess:Popen.wait", "convert", "<module>", channel="do_wait")
    polls = [replace(waits, switches=20 * number) for number in range(5)]
    reads = thread(200, "read_lines", "threading:Thread.run", channel="hrtimer_nanosleep")

    for threads, expected in (
        ([[waits]], [("stuck-child", "likely", "convert")]),
        ([[waits, reads]], [("stuck-child", "possible", "convert")]),
        ([[one] for one in polls], []),
    ):
        assert verdicts(still(threads=threads, children=children, seconds=SHORT)) == expected
    busy = [child("hrtimer_nanosleep", "extract")]
    assert verdicts(still(threads=[[waits]], children=busy, seconds=SHORT)) == []


def test_child_that_waits_for_the_end_of_its_input() -> None:
    """A parent that waits for all output, and a child for the end of its input, wait for ever."""
    children = [child("anon_pipe_read")]
    asks = task("report", "asyncio.subprocess:Process.communicate", "sort_lines", "main")

    assert verdicts(still(asks, children=children)) == [("stuck-child", "likely", "sort_lines")]
    assert verdicts(still(asks, children=children, seconds=SHORT)) == [
        ("stuck-child", "possible", "sort_lines")
    ]
    listens = task("server", *READ, "listen", "main")
    assert verdicts(still(listens, children=children)) == []


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_output_of_a_child_that_is_gone(seconds: float, confidence: str) -> None:
    """A child has ended, and what it started itself keeps the pipe open that a request reads."""
    asks = task("request", "asyncio.subprocess:Process.communicate", "deploy", REQUEST)
    gone = child("", pid=201)._replace(state="Z")

    for children in ([], [gone]):
        assert verdicts(still(asks, children=children, seconds=seconds)) == [
            ("stuck-child", confidence, "deploy")
        ]
    working = child("hrtimer_nanosleep")
    assert verdicts(still(asks, children=[working], seconds=seconds)) == []
    assert verdicts(timeline([moved(asks)], [asks], seconds=seconds)) == []


def test_child_that_a_signal_has_stopped() -> None:
    """A child that was stopped needs somebody to let it go on, and nobody here does."""
    stopped = child("do_signal_stop")._replace(state="T")
    (finding,) = found(still(task("request", WAIT, "convert"), children=[stopped], seconds=SHORT))

    assert (finding.rule.id, finding.confidence) == ("stuck-child", "likely")
    assert "1 of the child processes were stopped by a signal" in finding.evidence[1]


CALL = ("socket:socket.connect", "render", "concurrent.futures.process:_process_worker")


@pytest.mark.parametrize(
    ("number", "seconds", "confidence"),
    [(1, 10.0, "possible"), (2, 8.9, "possible"), (2, 9.1, "likely")],
)
def test_workers_that_sleep_in_their_jobs(number: int, seconds: float, confidence: str) -> None:
    """Where every worker of a pool sleeps in a job, whoever waits for the pool is stuck."""
    workers = [child("wait_woken", *CALL, *FORKED, pid=200 + one) for one in range(2)]
    process = still(*many(number, "request", "page", REQUEST), children=workers, seconds=seconds)

    assert verdicts(process) == [("workers-taken", confidence, "render")]


@pytest.mark.parametrize(
    ("names", "channel", "state"),
    [
        ((*POOL_WORKER, *FORKED), "futex_do_wait", "S"),
        ((*CALL, *FORKED), "hrtimer_nanosleep", "S"),
        ((*CALL, *FORKED), "", "R"),
    ],
)
def test_workers_of_which_one_is_free(names: tuple[str, ...], channel: str, state: str) -> None:
    """One that is at rest, that a timer wakes or that computes is not taken for good."""
    stuck = child("wait_woken", *CALL, *FORKED)
    free = child(channel, *names, pid=201)._replace(state=state)
    rules = [
        rule for rule, *_ in verdicts(still(*many(3, "request", "page"), children=[stuck, free]))
    ]

    assert "workers-taken" not in rules


@pytest.mark.parametrize(("cpu", "rules"), [(0.3, ["child-lock"]), (0.31, [])])
def test_worker_whose_other_threads_compute(cpu: float, rules: list[str]) -> None:
    """The main thread of a worker may sleep while threads of a library compute."""
    before = child("futex_do_wait", "query", POOL_WORKER[1])
    tasks = many(2, "request", "page")
    process = still(*tasks, children=[before])
    last = process.snapshots[-1]
    process.snapshots[-1] = replace(last, children=(before._replace(cpu=cpu),))

    assert [rule for rule, *_ in verdicts(process)] == rules


def test_child_at_work() -> None:
    """A child that sleeps elsewhere may be at work."""
    tasks = many(2, "request", WAIT, "convert")

    assert verdicts(still(*tasks, children=[child("hrtimer_nanosleep")])) == []


def test_child_that_goes_on() -> None:
    """A child that has moved is not blocked."""
    tasks = many(2, "request", WAIT, "convert")
    process = still(*tasks, children=[child("anon_pipe_write")])
    process.snapshots[0] = still(*tasks, children=[child("anon_pipe_read")]).snapshots[0]

    assert verdicts(process) == []


def test_forked_child_in_a_lock() -> None:
    """A forked child that sleeps in a lock of own code waits for a thread that it has not."""
    stuck = child("futex_do_wait", "extract", POOL_WORKER[1])
    batch = task("batch", "run_batch")

    assert verdicts(still(batch, children=[stuck], seconds=SHORT)) == [
        ("child-lock", "likely", "extract")
    ]
    assert verdicts(still(children=[stuck])) == [("child-lock", "possible", "extract")]


@pytest.mark.parametrize(("seconds", "confidence"), [(SHORT, "possible"), (10.0, "likely")])
def test_lock_of_a_process_that_died(seconds: float, confidence: str) -> None:
    """A lock that processes share is not released by one that was killed."""
    names = ("multiprocessing.synchronize:SemLock.__enter__", "index", POOL_WORKER[1])
    stuck = [child("futex_do_wait", *names, pid=number) for number in (200, 201)]
    tasks = many(2, "index", "index_all")

    assert verdicts(still(*tasks, children=stuck, seconds=seconds)) == [
        ("child-lock", confidence, "index")
    ]
    busy = child("hrtimer_nanosleep", "index", POOL_WORKER[1], pid=202)
    assert verdicts(still(*tasks, children=[*stuck, busy], seconds=seconds)) == []


def test_forked_worker_without_a_job() -> None:
    """Frames that a worker has from its parent are not those of a job."""
    stuck = child("futex_do_wait", "rename", POOL_WORKER[1], *FORKED)
    rest = child("pipe_read", *POOL_WORKER, *FORKED, pid=201)
    process = still(task("batch", "rename_all", "main"), children=[stuck, rest])

    assert verdicts(process) == [("child-lock", "likely", "rename")]


def test_worker_without_a_job() -> None:
    """A worker of a pool that waits for its next job is in a lock of the pool."""
    assert (
        verdicts(still(task("batch", "run_batch"), children=[child("futex", *POOL_WORKER)])) == []
    )


WAITS = (
    "threading:Event.wait",
    "multiprocessing.pool:ApplyResult.wait",
    "multiprocessing.pool:ApplyResult.get",
    "shrink",
    *WORKER,
)


@pytest.mark.parametrize(
    ("age", "seconds", "confidence"),
    [(59.05, SHORT, "possible"), (59.0, SHORT, "likely"), (60.0, 10.0, "likely")],
)
def test_worker_that_was_replaced(age: float, seconds: float, confidence: str) -> None:
    """A pool at rest has lost the job that a thread waits for, the more so if a worker is new."""
    workers = [child("pipe_read", *POOL_WORKER), child("futex", *POOL_WORKER, pid=201, age=age)]
    threads = [[RESTING, thread(200, *WAITS)]]
    process = still(threads=threads, children=workers, seconds=seconds)

    assert verdicts(process) == [("lost-worker", confidence, "shrink")]


def test_pool_at_work() -> None:
    """One worker in own code may be at work on the job."""
    workers = [
        child("pipe_read", *POOL_WORKER),
        child("hrtimer_nanosleep", "index", *POOL_WORKER, pid=201),
    ]

    assert verdicts(still(threads=[[RESTING, thread(200, *WAITS)]], children=workers)) == []


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_shutdown_that_waits_for_a_thread(seconds: float, confidence: str) -> None:
    """asyncio.run() waits for a thread of its executor that sleeps in own code."""
    key = thread(200, "read_key", *WORKER, name="asyncio_0")
    process = still(task("closing", *CLOSING), threads=[[RESTING, key]], seconds=seconds)

    assert verdicts(process) == [("shutdown-waits", confidence, "read_key")]


@pytest.mark.parametrize(
    ("names", "confidences"), [(["queue:Queue.get"], ["possible"]), (["socket:socket.accept"], [])]
)
def test_program_that_leaves_its_work_to_threads(names: list[str], confidences: list[str]) -> None:
    """A main thread at its end is no shutdown for sure, and none beside a thread that accepts."""
    ended = thread(PID, "threading:_shutdown")
    kept = thread(200, *names, "serve", "threading:Thread.run")
    process = still(threads=[[ended, kept]], seconds=20.0)

    assert [finding.confidence for finding in found(process, "shutdown-waits")] == confidences


def test_shutdown_that_waits_for_a_task() -> None:
    """A server waits for its handlers before its other tasks."""
    tasks = [task("closing", *SERVER_CLOSING)]
    tasks += [
        task("refresh", *SLEEP, "refresh"),
        task("handler", *READ, "push", REQUEST),
    ]
    (finding,) = found(still(*tasks, connections=[outside()]), "shutdown-waits")

    assert (finding.place.function, finding.tasks) == ("push", 2)
    assert finding.evidence[0] == "the process is in its shutdown, in Server.shutdown"


def draining(*names: str, seconds: float, **more: Any) -> list[tuple[str, str, str]]:
    """Judge a server that waits for one request before it ends."""
    request = task("request", *names, "report", REQUEST, **more)
    return verdicts(still(task("closing", *SERVER_CLOSING), request, seconds=seconds))


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_shutdown_that_waits_for_a_request(seconds: float, confidence: str) -> None:
    """A request that does not move holds a shutdown, and a shutdown may take a while."""
    assert draining(*EVENT, seconds=seconds) == [("shutdown-waits", confidence, "report")]


def test_shutdown_that_drains() -> None:
    """A request that moves is drained, and one that a deadline or a timer ends may be."""
    request = task("request", *READ, "report", REQUEST)
    closing = task("closing", *SERVER_CLOSING)

    assert verdicts(timeline([moved(request), closing], [request, closing])) == []
    for names, more in ((SLEEP, {}), (READ, {"deadline": 30.0})):
        assert draining(*names, seconds=8.9, **more) == []
        assert draining(*names, seconds=9.1, **more) == [("shutdown-waits", "possible", "report")]


def test_shutdown_that_waits_for_a_cancelled_task() -> None:
    """A task that was cancelled ought to be gone, so that it moves excuses nothing."""
    closing = task("closing", *SERVER_CLOSING)
    refresh = task("refresh", *SLEEP, "refresh", cancels=1)
    process = timeline([moved(refresh), closing], [refresh, closing], seconds=SHORT)

    assert verdicts(process) == [("shutdown-waits", "likely", "refresh")]


def test_cancelled_tasks() -> None:
    """After asyncio.run() has cancelled every task, what is left has swallowed that."""
    closing = thread(PID, "asyncio.runners:_cancel_all_tasks", "asyncio.runners:Runner.close")
    process = still(task("stubborn", *SLEEP, "refresh"), threads=[[closing]])

    assert verdicts(process) == [("shutdown-waits", "certain", "refresh")]


def test_shutdown_that_has_just_begun() -> None:
    """A shutdown that began while triage looked may end at any moment."""
    stubborn = task("stubborn", *SLEEP, "refresh")
    closing = task("closing", *SERVER_CLOSING)

    assert verdicts(timeline([stubborn], [stubborn, closing])) == []


def test_thread_that_listens() -> None:
    """A background task may wait in a thread for input that does not come."""
    key = thread(200, "read_key", *WORKER, name="asyncio_0")
    listener = task("listener", *TO_THREAD, "listen")

    assert verdicts(still(listener, threads=[[RESTING, key]])) == []


@pytest.mark.parametrize(("used", "rules"), [(94, []), (95, ["descriptors-used"])])
def test_descriptors(used: int, rules: list[str]) -> None:
    """Nineteen of twenty descriptors are nearly all."""
    process = still(descriptors=used, descriptor_limit=100)

    assert [rule for rule, *_ in verdicts(process)] == rules


def test_descriptors_name_their_peer() -> None:
    """The other side of most connections is named."""
    process = still(
        connections=[outside(peer="127.0.0.1:5432")] * 3, descriptors=99, descriptor_limit=100
    )
    (finding,) = found(process)

    assert finding.evidence == (
        "99 of 100 file descriptors are open",
        "3 of them are connections with 127.0.0.1:5432",
    )


def test_descriptors_of_who_moves() -> None:
    """A task that moves may open them; one that stands still opens none."""
    stops = task("stops", *EVENT, "main", "serve")
    opens = task("opens", *SLEEP, "monitor")
    process = timeline([stops, moved(opens)], [stops, opens], descriptors=99, descriptor_limit=100)

    assert verdicts(process) == [("descriptors-used", "likely", "monitor")]


def test_dead_task() -> None:
    """A task whose error nobody has retrieved is named where it was raised."""
    stack = [["/lib/socket.py", 1, "recv"], ["/srv/app/service.py", 33, "listen"]]
    process = still(answer={"dead": [["broadcaster", stack, "ConnectionError"]]})
    (finding,) = found(process)

    assert (finding.rule.id, finding.rule.cause) == ("dead-task", "lost-work")
    assert finding.evidence == (
        "broadcaster ended with ConnectionError, and nobody has asked for its result",
    )


def test_jobs_that_nobody_works_on() -> None:
    """Pending entries are counted by the job that they ask for."""
    entries = [Entry("jobs", "group", str(number), "gone", 1, "app:settle") for number in (1, 2)]
    (finding,) = found(still(unclaimed=entries))

    assert (finding.rule.id, finding.place.file, finding.place.function, finding.tasks) == (
        "unclaimed",
        "stream jobs",
        "settle",
        2,
    )
    assert verdicts(still(threads=[[thread(PID, "main")]], unclaimed=entries)) == []
