"""Locks, semaphores, pools and queues: who holds them, and do the holders move."""

import math
from dataclasses import replace

import pytest

from tests.triage.judge.cases import (
    GET,
    JOB,
    JOIN,
    LOCK,
    POOL,
    PUT,
    READ,
    REQUEST,
    SEMAPHORE,
    SESSION,
    SHORT,
    SLEEP,
    found,
    many,
    moved,
    still,
    task,
    thing,
    timeline,
    verdicts,
)

NEVER = 1e9


def test_lock_with_a_holder_that_stands() -> None:
    """Waiters are named at their line, and the holder with what it waits for."""
    lock = thing("Lock")
    holder = task("holder", *READ, "fetch:20", "quote:12", REQUEST, holds=[lock])
    (finding,) = found(still(holder, *many(2, "waiter", *LOCK, "quote", REQUEST, wants=lock)))

    assert (finding.rule.id, finding.confidence) == ("lock-queue", "likely")
    assert (finding.place.function, finding.tasks) == ("quote", 2)
    assert finding.evidence[1] == (
        "holder holds it, and waits in StreamReader.readline at line 20 of fetch, with no deadline"
    )


def test_two_locks_are_two_queues() -> None:
    """The same line with another lock is another finding."""
    first, second = thing("Lock"), thing("Lock")
    tasks = [task("holder", *READ, "fetch", "quote", REQUEST, holds=[first, second])]
    tasks += [task("one", *LOCK, "quote", REQUEST, wants=first)]
    tasks += [task("two", *LOCK, "quote", REQUEST, wants=second)]

    assert [one.tasks for one in found(still(*tasks), "lock-queue")] == [1, 1]


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_time_makes_a_lock_likely(seconds: float, confidence: str) -> None:
    """Two seconds of stillness are common, ten are not."""
    lock = thing("Lock")
    tasks = [task("holder", *READ, "fetch", "quote", REQUEST, holds=[lock])]
    tasks += many(2, "waiter", *LOCK, "quote", REQUEST, wants=lock)

    assert verdicts(still(*tasks, seconds=seconds)) == [("lock-queue", confidence, "quote")]


def test_holder_that_moves_is_slow() -> None:
    """A lock in front of a slow device is no fault while its holder moves."""
    lock = thing("Lock")
    holder = task("holder", *READ, "fetch", "quote", REQUEST, holds=[lock])
    waiters = many(2, "waiter", *LOCK, "quote", REQUEST, wants=lock)

    assert verdicts(timeline([moved(holder), *waiters], [holder, *waiters])) == []


def test_lock_that_is_handed_on() -> None:
    """A waiter that got the lock and left shows that it moves."""
    lock = thing("Lock")
    first, *others = many(3, "waiter", *LOCK, "quote", REQUEST, wants=lock)

    assert verdicts(timeline([first, *others], others)) == []


def test_holder_with_a_deadline_is_only_possible() -> None:
    """A deadline ends the wait of the holder: no finding at first, and a possible one later."""
    lock = thing("Lock")
    holder = task("holder", *READ, "fetch", "quote", REQUEST, holds=[lock], deadline=30.0)
    tasks = [holder, *many(2, "waiter", *LOCK, "quote", REQUEST, wants=lock)]

    assert verdicts(still(*tasks, seconds=SHORT)) == []
    assert verdicts(still(*tasks)) == [("lock-queue", "possible", "quote")]


@pytest.mark.parametrize(
    ("deadline", "confidence", "limit"),
    [
        (130.1, "possible", "under a deadline that is more than 2 minutes away"),
        (math.inf, "likely", "with no deadline"),
    ],
)
def test_holder_whose_deadline_is_minutes_away(
    deadline: float, confidence: str, limit: str
) -> None:
    """A holder that a deadline ends in minutes stands still, and will not for ever."""
    lock = thing("Lock")
    holder = task("holder", *READ, "fetch", "quote", REQUEST, holds=[lock], deadline=deadline)
    (finding,) = found(
        still(holder, *many(2, "waiter", *LOCK, "quote", REQUEST, wants=lock)), "lock-queue"
    )

    assert finding.confidence == confidence
    assert finding.evidence[1].endswith(limit)


def test_generator_that_is_suspended_holds_the_lock() -> None:
    """While a response waits for its client, what its generator holds is on no stack."""
    runner = ("starlette.responses:StreamingResponse.stream_response", SESSION)
    tasks = many(2, "waiter", *LOCK, "rows", *runner, wants=thing("Lock"))
    sends = task("sends", "uvicorn.protocols.http.flow_control:FlowControl.drain", *runner)
    handler = task("sends", "uvicorn.protocols.http.flow_control:FlowControl.drain", SESSION)

    assert verdicts(still(sends, *tasks)) == [("lock-queue", "likely", "rows")]
    assert verdicts(still(handler, *tasks)) == [("permits-lost", "likely", "rows")]


def test_semaphore_holds_back_on_purpose() -> None:
    """Holders of permits that sleep for a while are what a semaphore is for."""
    limit = thing("Semaphore")
    tasks = many(5, "model", *SLEEP, "call_model", "work", holds=[limit])
    tasks += many(50, "waiter", *SEMAPHORE, "work", wants=limit)

    assert verdicts(still(*tasks)) == []


def test_semaphore_with_holders_that_stand() -> None:
    """Permits of holders that nothing will end are a queue like that of a lock."""
    limit = thing("Semaphore")
    tasks = many(5, "model", *READ, "call_model", "work", REQUEST, holds=[limit])
    tasks += many(50, "waiter", *SEMAPHORE, "work", wants=limit)
    (finding, *_) = found(still(*tasks), "lock-queue")

    assert finding.tasks == 50
    assert "none of the 5 holders moved" in finding.evidence


def test_holder_without_a_block() -> None:
    """Who is past the line of the waiters seems to hold what they wait for."""
    lock = thing("Lock")
    holder = task("holder", *READ, "fetch", "quote:14", REQUEST)
    tasks = [holder, *many(2, "waiter", LOCK[0], "quote:10", REQUEST, wants=lock)]
    (finding, *_) = found(still(*tasks))

    assert finding.rule.id == "lock-queue"
    assert "holder seems to hold it" in finding.evidence[1]


def test_wrapper_around_a_lock() -> None:
    """A holder that entered the same wrapper as the waiters holds the lock in it."""
    lock, guard = thing("Lock"), thing("Guard")
    holder = task("holder", *READ, "fetch", "handle", REQUEST, holds=[guard])
    waiters = many(2, "waiter", LOCK[0], "Guard.__aenter__", "quote", REQUEST, wants=lock)

    assert [rule for rule, *_ in verdicts(still(holder, *waiters))] == ["lock-queue"]


def test_semaphore_of_a_library() -> None:
    """What a library waits for inside of itself is its affair."""
    tasks = many(2, "slots", *SEMAPHORE, wants=thing("Semaphore"))

    assert verdicts(still(*tasks)) == []


def test_pool_that_nobody_holds() -> None:
    """A pool without holders has leaked its connections."""
    tasks = many(3, "work", *POOL, "book", "work", wants=thing("Pool"))
    (finding,) = found(still(*tasks))

    assert (finding.rule.id, finding.confidence) == ("pool-empty", "likely")
    assert finding.evidence[-1] == "no task holds it: it was acquired and never released"


def test_one_waiter_shows_an_empty_pool() -> None:
    """A single task that waits throughout is enough: nobody gives it a connection."""
    (finding,) = found(still(task("work", *POOL, "book", "work", wants=thing("Pool"))))

    assert (finding.rule.id, finding.tasks) == ("pool-empty", 1)


def test_owner_of_a_pool_is_no_holder() -> None:
    """Who has entered the pool itself owns it; a holder has entered a loan of it."""
    pool, loan = thing("Pool"), thing("PoolAcquireContext")
    owner = task("lifespan", *GET, "lifespan", "main", holds=[pool])
    holder = task("holder", *READ, "settle", REQUEST, holds=[loan])
    names = (*POOL, "asyncpg.pool:PoolAcquireContext.__aenter__", "book", "work")
    (finding, *_) = found(still(owner, holder, *many(2, "work", *names, wants=pool)))

    assert finding.evidence[1].startswith("holder seems to hold it")


def test_pool_that_waits_for_its_last_connection() -> None:
    """The close of a pool waits for a listener that keeps one, or for a query that may end."""
    pool, loan = thing("Pool"), thing("PoolAcquireContext")
    stop = task("stop", "asyncpg.pool:Pool.close", "shut_down", wants=pool)
    waits = task("Task-9", "asyncpg.pool:PoolConnectionHolder.wait_until_released", by=[stop])
    listener = task("listener", *GET, "listen", "main", holds=[loan])
    query = task("query", "asyncpg.connection:Connection.fetchval", "report", holds=[loan])

    assert verdicts(still(stop, waits, listener)) == [("pool-empty", "likely", "shut_down")]
    assert verdicts(still(stop, waits, query)) == [("pool-empty", "possible", "shut_down")]
    assert verdicts(timeline([stop, moved(query)], [stop, query])) == []


def test_connection_that_is_entered_is_a_loan() -> None:
    """A task that has entered SQLAlchemy's connection holds it, whatever it waits for by now."""
    pool, connection = thing("AsyncAdaptedQueuePool"), thing("AsyncConnection")
    holder = task("holder", *GET, "serve", holds=[connection])
    names = ("sqlalchemy.pool.impl:QueuePool._do_get", "orders", "work")
    (finding, *_) = found(still(holder, *many(2, "work", *names, wants=pool)))

    assert finding.rule.id == "pool-empty"
    assert finding.evidence[1].startswith("holder seems to hold it, and waits in Queue.get")


def test_pool_with_holders_that_move() -> None:
    """A pool whose connections are in use by tasks that move is busy."""
    holder = task("holder", *READ, "asyncpg.connection:Connection.fetch", "query", "work")
    waiters = many(3, "work", *POOL, "book", "work", wants=thing("Pool"))

    assert verdicts(timeline([moved(holder), *waiters], [holder, *waiters])) == []


def test_single_snapshot_proves_nothing() -> None:
    """One look cannot tell moving from standing."""
    tasks = many(3, "work", *POOL, "book", wants=thing("Pool"))

    assert verdicts(still(*tasks, samples=1)) == []


@pytest.mark.parametrize(("seconds", "confidence"), [(SHORT, "possible"), (10.0, "likely")])
def test_queue_that_nobody_empties(seconds: float, confidence: str) -> None:
    """Producers that all stand before one queue show that nothing is taken."""
    queue = thing("Queue")
    tasks = many(2, "worker", *PUT, "work", wants=queue)
    tasks += many(1, "consumer", *PUT, "consume", wants=queue)

    assert verdicts(still(*tasks, seconds=seconds)) == [("queue-full", confidence, "work")]


def test_queue_with_a_slow_consumer() -> None:
    """A producer that could put shows that somebody takes."""
    first, *others = many(3, "producer", *PUT, "produce", wants=thing("Queue"))
    after = moved(first)

    assert verdicts(timeline([first, *others], [after, *others])) == []
    assert verdicts(timeline([first, *others], others)) == []


def test_join_without_workers() -> None:
    """A queue with nobody in get() is never done."""
    tasks = many(2, "import", *JOIN, "import_rows", REQUEST, wants=thing("Queue"))

    assert verdicts(still(*tasks)) == [("queue-join", "likely", "import_rows")]


def test_join_with_idle_workers() -> None:
    """Workers that wait for the next item have forgotten to say that the last is done."""
    queue = thing("Queue")
    tasks = many(2, "worker", *GET, "work", wants=queue)
    (finding,) = found(still(*tasks, task("import", *JOIN, "load", wants=queue)))

    assert (finding.rule.id, finding.confidence) == ("queue-join", "likely")
    assert "2 tasks waited for its next item meanwhile" in finding.evidence


def test_join_with_a_worker_that_moves() -> None:
    """A worker that takes items is at work."""
    queue = thing("Queue")
    worker = task("worker", *GET, "work", wants=queue)
    waits = task("import", *JOIN, "load", wants=queue)

    assert verdicts(timeline([moved(worker), waits], [worker, waits])) == []


def test_one_producer_of_a_full_queue() -> None:
    """One task that cannot put is enough, where nobody takes."""
    waits = task("work", *PUT, "work", wants=thing("Queue"))

    assert verdicts(still(waits)) == [("queue-full", "likely", "work")]


SEND = "websockets.asyncio.connection:Connection.send"


def test_one_broadcaster() -> None:
    """A task of nobody's session that waits for one client holds up the others; a session not."""
    waits = task("broadcaster", SEND, "push", "broadcast")

    assert verdicts(still(waits, seconds=SHORT)) == [("slow-client", "likely", "push")]
    assert verdicts(still(task("session", SEND, "push", SESSION), seconds=SHORT)) == []


SLOT = "taskiq.receiver.receiver:Receiver._acquire_delivery_slot"


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_slots_of_a_worker(seconds: float, confidence: str) -> None:
    """A worker that waits for a slot, and of whose jobs none moves, has no slot left."""
    gate = task("runner", SLOT, "taskiq.receiver.receiver:Receiver.runner")
    jobs = many(3, "job", *READ, "fetch", "score", JOB)

    assert verdicts(still(gate, *jobs, seconds=seconds)) == [("slots-taken", confidence, "fetch")]


def test_slots_of_a_worker_at_work() -> None:
    """A job that moves will free its slot, and one that a deadline ends may be a long one."""
    gate = task("runner", SLOT, "taskiq.receiver.receiver:Receiver.runner")
    job = task("job", *READ, "fetch", "score", JOB)
    limited = task("job", *READ, "fetch", "score", JOB, deadline=30.0)

    assert verdicts(timeline([gate, moved(job)], [gate, job])) == []
    assert verdicts(still(gate, limited, seconds=SHORT)) == []
    assert verdicts(still(gate, limited)) == [("slots-taken", "possible", "fetch")]


EXECUTE = "redis.asyncio.client:Redis.execute_command"


def test_lock_around_one_connection() -> None:
    """Who is in the method of the same client of a library holds the lock that it takes there."""
    lock, first, other = thing("Lock"), thing("Redis"), thing("Redis")
    asks = task("asks", *LOCK, EXECUTE, "price", REQUEST, wants=lock)
    waiting = replace(asks, selves=(lock, lock, first, None, None))
    pops = task("pops", *READ, EXECUTE, "consume")
    holder = replace(pops, selves=(None, None, first, None))
    elsewhere = replace(pops, selves=(None, None, other, None))

    assert verdicts(still(waiting, holder)) == [("lock-queue", "likely", "price")]
    assert verdicts(still(waiting, elsewhere)) == [("permits-lost", "likely", "price")]
    assert verdicts(timeline([waiting, moved(holder)], [waiting, holder])) == []


@pytest.mark.parametrize(
    ("root", "names", "seconds", "rules"),
    [
        (SESSION, READ, 10.0, ["pool-empty"]),
        (SESSION, READ, 8.9, []),
        (REQUEST, READ, 10.0, []),
        ("main", READ, 10.0, []),
        ("main", SLEEP, 10.0, ["pool-empty"]),
        ("main", GET, 10.0, ["pool-empty"]),
        ("main", GET, 8.9, []),
        (JOB, SLEEP, 10.0, []),
    ],
)
def test_holder_that_moves_and_keeps(
    root: str, names: tuple[str, ...], seconds: float, rules: list[str]
) -> None:
    """A stream, or a poller that sleeps with it, may keep a connection for as long as it lives."""
    loan = thing("PoolAcquireContext")
    holder = task("holder", *names, "follow", root, holds=[loan])
    acquire = (*POOL, "asyncpg.pool:PoolAcquireContext.__aenter__")
    waiters = many(2, "waiter", *acquire, "list_members", REQUEST, wants=thing("Pool"))
    moments = [[moved(holder), *waiters], [holder, *waiters]]

    assert verdicts(timeline(*moments, seconds=seconds)) == [
        (rule, "possible", "list_members") for rule in rules
    ]


def test_holder_that_moves_and_gives_back() -> None:
    """Where somebody gets through, the holder has given it back."""
    lock = thing("Lock")
    holder = task("holder", *SLEEP, "refresh", holds=[lock])
    waiters = many(3, "waiter", *LOCK, "item", REQUEST, wants=lock)

    kept = [[moved(holder), *waiters], [holder, *waiters]]
    assert verdicts(timeline(*kept)) == [("lock-queue", "possible", "item")]
    assert verdicts(timeline([moved(holder), *waiters], [holder, *waiters[1:]])) == []
