"""Calls in threads: pools that are full, locks of threads, calls that do not return."""

from dataclasses import replace
from typing import Any

import pytest

from examples.triage.model import Held, Object, Thread
from examples.triage.outcome import judge
from tests.triage.judge.cases import (
    PID,
    REQUEST,
    RESTING,
    SHORT,
    TO_THREAD,
    WORKER,
    found,
    many,
    stack_of,
    still,
    task,
    thread,
    timeline,
    verdicts,
)

FUTEX = "futex_do_wait"


def full_pool(*, load: float = 0.0, names: tuple[str, ...] = ("download",)) -> list[list[Thread]]:
    """Make the threads of a pool of two, at two moments."""
    return [
        [RESTING]
        + [
            thread(200 + number, *names, *WORKER, name=f"asyncio_{number}", cpu=moment * load)
            for number in range(2)
        ]
        for moment in (0.0, 10.0)
    ]


def test_threads_that_are_all_taken() -> None:
    """More tasks wait than the pool has threads, and each thread sleeps in one call."""
    tasks = many(3, "report", *TO_THREAD, "report", REQUEST)
    (finding,) = found(still(*tasks, samples=2, threads=full_pool()))

    assert (finding.rule.id, finding.confidence) == ("threads-taken", "likely")
    assert finding.place.function == "download"
    assert finding.evidence[1] == "1 task waited for a free thread for all 10 s"


def test_as_many_tasks_as_threads() -> None:
    """A task for each thread is no queue; what is left is a call that does not return."""
    tasks = many(2, "report", *TO_THREAD, "report", REQUEST)

    assert verdicts(still(*tasks, samples=2, threads=full_pool())) == [
        ("stuck-thread", "likely", "download")
    ]


WORKER_THREAD = ("anyio._backends._asyncio:WorkerThread.run",)
FREE_THREAD = (
    "anyio._backends._asyncio:CapacityLimiter.__aenter__",
    "anyio._backends._asyncio:AsyncIOBackend.run_sync_in_worker_thread",
)


@pytest.mark.parametrize(
    ("root", "rules"),
    [(WORKER_THREAD, ["threads-taken"]), (WORKER[1:], ["stuck-thread"])],
)
def test_threads_that_a_limiter_leaves_at_rest(root: tuple[str, ...], rules: list[str]) -> None:
    """A limiter admits no more calls although threads of earlier ones are at rest."""
    taken = many(2, "report", FREE_THREAD[1], "report", REQUEST)
    queued = many(2, "report", *FREE_THREAD, "report", REQUEST)
    busy = [thread(200 + one, "wait", *root, name=f"worker_{one}") for one in range(2)]
    rest = thread(210, "queue:Queue.get", *root, name="worker_9")
    process = still(*taken, *queued, samples=2, threads=[[RESTING, *busy, rest]] * 2)

    assert [rule for rule, *_ in verdicts(process)] == rules
    assert verdicts(still(*queued, samples=2, threads=[[RESTING, rest]] * 2)) == []


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(8.9, []), (9.1, [("threads-taken", "likely", "download")])],
)
def test_threads_that_nobody_waits_for(
    seconds: float, expected: list[tuple[str, str, str]]
) -> None:
    """A deadline leaves the threads of its calls behind, until each new call gives up in a row."""
    moments = [
        [task("new", *TO_THREAD, "ink", REQUEST, deadline=30.0, future=number)] for number in (1, 2)
    ]
    process = timeline(*moments, seconds=seconds, threads=full_pool())

    assert verdicts(process) == expected
    assert judge(process).undecided == (not expected)
    served = timeline(*moments, threads=full_pool(load=0.1))
    assert verdicts(served) == []
    at_rest = thread(300, "queue:Queue.get", *WORKER[1:], name="asyncio_7")
    with_rest = timeline(*moments, threads=[[*one, at_rest] for one in full_pool()])
    assert verdicts(with_rest) == []
    patient = task("old", *TO_THREAD, "download", REQUEST)
    awaited = timeline(*[[*one, patient] for one in moments], threads=full_pool())
    assert "threads-taken" not in str(verdicts(awaited))


def test_full_pool_without_own_code_in_its_threads() -> None:
    """Where a library's function fills the threads, the place is who waits for it."""
    tasks = many(3, "tail", *TO_THREAD, "tail", REQUEST)
    process = still(*tasks, samples=2, threads=full_pool(names=("codecs:open",)))

    assert verdicts(process) == [("threads-taken", "likely", "tail")]


@pytest.mark.parametrize(("threads", "rules"), [(2, ["stuck-thread"]), (1, [])])
def test_bare_futures_of_calls(threads: int, rules: list[str]) -> None:
    """A bare future in a request may be that of a call: where a thread for each sleeps in one."""
    requests = many(2, "request", "show", REQUEST)
    rest = thread(300, "queue:Queue.get", *WORKER[1:], name="asyncio_7")
    pool = [RESTING, *full_pool()[0][1 : 1 + threads], rest]
    process = still(*requests, samples=2, threads=[pool] * 2)

    assert [(one.rule.id, one.confidence) for one in found(process)] == [
        (rule, "possible") for rule in rules
    ]


def test_reply_that_a_thread_waits_for() -> None:
    """A thread of a pool that waits for an item of a queue brings no reply by itself."""
    requests = many(2, "request", "show", REQUEST)
    names = ("queue:Queue.get", "wait_for_printer")
    waits = thread(200, *names, *WORKER, name="asyncio_0")
    rest = thread(300, "queue:Queue.get", *WORKER[1:], name="asyncio_7")
    process = still(*requests, samples=2, threads=[[RESTING, waits, rest]] * 2)

    assert verdicts(process) == [("never-set", "likely", "show")]


def test_threads_that_compute() -> None:
    """Threads that use the CPU are busy and not stuck."""
    tasks = many(3, "report", *TO_THREAD, "report", REQUEST)

    assert verdicts(still(*tasks, samples=2, threads=full_pool(load=0.1))) == []


def test_threads_that_wait_for_their_own_pool() -> None:
    """Threads that wait for results of their own pool can never get them."""
    names = ("concurrent.futures._base:Future.result", "render")
    tasks = many(3, "report", "report")
    process = still(*tasks, samples=2, seconds=SHORT, threads=full_pool(names=names))

    assert verdicts(process) == [("threads-taken", "likely", "render")]


def test_stack_helper() -> None:
    """Own frames are those without a module in their name."""
    assert [one.own for one in stack_of("work:3", "asyncio.locks:Lock.acquire")] == [True, False]


def locked(number: int, *names: str, **more: Any) -> list[Thread]:
    """Make threads of a pool that sleep in a lock."""
    return [
        thread(200 + one, *names, *WORKER, name=f"asyncio_{one}", channel=FUTEX, **more)
        for one in range(number)
    ]


@pytest.mark.parametrize(
    ("number", "seconds", "confidence"),
    [(1, 10.0, "possible"), (2, 8.9, "possible"), (2, 9.1, "likely")],
)
@pytest.mark.parametrize(
    "names", [("load", "value"), ("threading:Condition.__enter__", "load", "value")]
)
def test_threads_in_one_lock(
    names: tuple[str, ...], number: int, seconds: float, confidence: str
) -> None:
    """Calls that sleep in a lock which no thread holds wait for one that left without release."""
    requests = many(number, "request", *TO_THREAD, "value", REQUEST)
    process = still(*requests, threads=[[RESTING, *locked(number, *names)]], seconds=seconds)

    assert verdicts(process) == [("thread-lock", confidence, "load")]


def test_holder_of_a_lock_of_threads() -> None:
    """A holder that sleeps is named; one that moves, in a pool or beside it, is slow."""
    requests = many(2, "request", *TO_THREAD, "value", REQUEST)
    block = (Held(Object("lock", 1), 0),)
    stands = thread(300, "flush", "threading:Thread.run", held=block)
    goes = [
        thread(300, "flush", "threading:Thread.run", held=block, switches=number * 100)
        for number in range(5)
    ]
    (finding,) = found(still(*requests, threads=[[RESTING, *locked(2, "load"), stands]]))

    assert finding.evidence[-1] == "another thread holds a lock, and sleeps in flush"
    threads = [[RESTING, *locked(2, "load"), one] for one in goes]
    assert verdicts(still(*requests, threads=threads)) == []


def test_threads_that_sleep_elsewhere() -> None:
    """A call that sleeps in own code, and in no lock, is judged by what it does."""
    requests = many(2, "request", *TO_THREAD, "value", REQUEST)
    sleeping = [replace(one, channel="hrtimer_nanosleep") for one in locked(2, "load")]

    assert verdicts(still(*requests, threads=[[RESTING, *sleeping]])) == [
        ("stuck-thread", "likely", "load")
    ]


@pytest.mark.parametrize(("number", "confidence"), [(1, "possible"), (2, "likely")])
def test_number_of_calls_that_do_not_return(number: int, confidence: str) -> None:
    """One call that sleeps for long may be a slow one, several alike are stuck."""
    requests = many(number, "request", *TO_THREAD, "report", REQUEST)

    assert verdicts(still(*requests, samples=2, threads=full_pool())) == [
        ("stuck-thread", confidence, "download")
    ]


@pytest.mark.parametrize(
    ("switches", "load", "stuck"),
    [(1.5, 0.03, True), (1.6, 0.03, False), (1.5, 0.032, False)],
)
def test_thread_that_hardly_wakes(switches: float, load: float, *, stuck: bool) -> None:
    """A thread that sleeps in one call may wake once, and uses next to no CPU."""
    names = ("download", *WORKER)
    moments = [
        [
            RESTING,
            thread(
                200, *names, name="asyncio_0", switches=int(seconds * switches), cpu=load * seconds
            ),
        ]
        for seconds in (0.0, 10.0)
    ]
    requests = many(2, "request", *TO_THREAD, "report", REQUEST)

    assert bool(verdicts(still(*requests, samples=2, threads=moments))) is stuck


def test_name_resolution_needs_a_thread() -> None:
    """A task that connects by name waits for a thread of the default executor as well."""
    tasks = many(2, "report", *TO_THREAD, "report", REQUEST)
    names = ("asyncio.base_events:BaseEventLoop.getaddrinfo", "asyncio.streams:open_connection")
    tasks += [task("price", *names, "price", REQUEST)]

    assert verdicts(still(*tasks, samples=2, threads=full_pool())) == [
        ("threads-taken", "likely", "download")
    ]


@pytest.mark.parametrize(("load", "rules"), [(0.49, ["thread-lock"]), (0.5, [])])
def test_threads_of_a_library_that_compute(load: float, rules: list[str]) -> None:
    """A call may sleep while threads without Python compute for it, as those of a database do."""
    requests = many(2, "request", *TO_THREAD, "value", REQUEST)
    moments = [
        [RESTING, *locked(2, "query"), Thread(400, state="R", cpu=seconds * load)]
        for seconds in (0.0, 10.0)
    ]
    found_rules = [rule for rule, *_ in verdicts(still(*requests, samples=2, threads=moments))]

    assert found_rules == rules


def test_threads_that_go_from_call_to_call() -> None:
    """Two calls of one function look alike, and each is an object of its own."""
    tasks = many(3, "report", *TO_THREAD, "report", REQUEST)
    calls, same = (
        [
            [replace(one, selves=(None, Object("_WorkItem", address))) for one in threads]
            for address, threads in zip(addresses, full_pool(), strict=True)
        ]
        for addresses in ((1, 2), (1, 1))
    )

    assert verdicts(still(*tasks, samples=2, threads=calls)) == []
    assert verdicts(still(*tasks, samples=2, threads=same)) == [
        ("threads-taken", "likely", "download")
    ]


def test_pool_below_a_library_that_nobody_knows() -> None:
    """A unit of work that waits in an unknown library may wait for a thread, as any other."""
    requests = many(3, "request", "adapter.wsgi:Responder.call", REQUEST)
    others = many(3, "other", "adapter.wsgi:Responder.call")

    assert verdicts(still(*requests, samples=2, threads=full_pool())) == [
        ("threads-taken", "likely", "download")
    ]
    assert verdicts(still(*others, samples=2, threads=full_pool())) == []


POOLED = ("threading:Condition.wait", "psycopg_pool.pool:ConnectionPool._getconn_unchecked")


def pooled(number: int, **more: Any) -> Thread:
    """Make a thread that waits for a connection of a pool."""
    return thread(number, *POOLED, "audit", "copy_row", "threading:Thread.run", **more)


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_threads_that_want_a_second_connection(seconds: float, confidence: str) -> None:
    """Where every thread with own code waits for the pool, nobody gives a connection back."""
    main = thread(PID, "threading:Thread.join", "main", "<module>")
    process = still(threads=[[main, pooled(200), pooled(201)]], seconds=seconds)
    (finding,) = found(process)

    assert verdicts(process) == [("thread-pool-empty", confidence, "audit")]
    assert (finding.rule.cause, finding.tasks) == ("starvation", 2)


def test_pool_of_calls_in_threads() -> None:
    """Requests that wait for such calls in threads are explained by the pool."""
    calls = [
        thread(200 + one, *POOLED, "audit", *WORKER, name=f"asyncio_{one}") for one in range(2)
    ]
    tasks = many(2, "request", *TO_THREAD, "page", REQUEST)

    assert verdicts(still(*tasks, threads=[[RESTING, *calls]])) == [
        ("thread-pool-empty", "likely", "audit")
    ]


def test_thread_that_may_give_one_back() -> None:
    """A thread that moves may give a connection back, and one in a slow query possibly will."""
    waits = [pooled(200), pooled(201)]
    query = thread(202, "psycopg.connection:Connection.wait", "report", "threading:Thread.run")
    moments = [[*waits, replace(query, switches=20 * number)] for number in range(5)]
    naps = thread(203, "beat", "threading:Thread.run", switches=1)

    assert verdicts(still(threads=moments)) == []
    assert [one for _, one, _ in verdicts(still(threads=[[*waits, query, naps]]))] == ["possible"]
    assert verdicts(still(threads=[waits[:1]])) == []
    gets_on = [[replace(one, switches=20 * number) for one in waits] for number in range(5)]
    assert verdicts(still(threads=gets_on)) == []


SENDS = "multiprocessing.connection:_ConnectionBase.send"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (SENDS, [("stuck-thread", "possible", "exchange")]),
        ("multiprocessing.connection:_ConnectionBase.recv", []),
        ("read_key", []),
    ],
)
def test_call_of_a_background_task(inner: str, expected: list[tuple[str, str, str]]) -> None:
    """A background task may listen in a thread; one that sends something does not."""
    calls = thread(200, inner, *WORKER, name="asyncio_0")
    waits = task("run", *TO_THREAD, "exchange", "run")

    assert verdicts(still(waits, threads=[[RESTING, calls]])) == expected
