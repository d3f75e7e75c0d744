"""Locks and permits that no task of the process holds."""

from dataclasses import replace

from examples.triage.model import Held
from tests.triage.judge.cases import (
    JOB,
    LOCK,
    SEMAPHORE,
    SHORT,
    SLEEP,
    found,
    many,
    moved,
    stack_of,
    still,
    task,
    thing,
    timeline,
    verdicts,
)


def test_permits_that_nobody_holds() -> None:
    """Where no task holds a permit, it is lost."""
    limit = thing("Semaphore")
    tasks = many(6, "work", SEMAPHORE[0], "fetch", "work", wants=limit)

    assert verdicts(still(*tasks)) == [("permits-lost", "likely", "fetch")]
    assert verdicts(still(*tasks, seconds=SHORT)) == [("permits-lost", "possible", "fetch")]


def test_permits_that_a_sleeper_may_give_back() -> None:
    """A rate limiter has a task that sleeps and gives permits back, so it is only possible."""
    tasks = many(3, "work", SEMAPHORE[0], "send", "work", wants=thing("Semaphore"))
    refill = task("refill", *SLEEP, "refill")
    (finding,) = found(still(*tasks, refill))

    assert (finding.rule.id, finding.confidence) == ("permits-lost", "possible")
    assert finding.evidence[-1] == "refill sleeps in refill, and may give some back"
    locks = many(3, "work", LOCK[0], "send", "work", wants=thing("Lock"))
    assert verdicts(still(*locks, refill)) == [("permits-lost", "likely", "send")]


def test_lock_that_is_polled() -> None:
    """A lock in Redis is asked for again and again: another future is no progress there."""
    lock = thing("Lock")
    names = ("redis.asyncio.lock:Lock.acquire", "close_books", "nightly")
    asleep = task("nightly", *SLEEP, *names, wants=lock)
    # An attempt is at another line of the function than the sleep.
    command, acquire, *outer = stack_of("redis.asyncio.client:Redis.execute_command", *names)
    asks = replace(asleep, stack=(command, acquire._replace(line=2), *outer))
    other = task("other", *SLEEP, *names, wants=thing("Lock"))

    assert verdicts(timeline([asleep, other], [asks, other], [moved(asleep), other])) == [
        ("lock-queue", "possible", "close_books"),
        ("lock-queue", "possible", "close_books"),
    ]


def test_lock_that_another_process_may_hold() -> None:
    """Of a lock in Redis that no task here holds nobody knows that it is lost."""
    names = ("redis.asyncio.lock:Lock.acquire", "redis.asyncio.lock:Lock.__aenter__", "add")
    waits = task("desk", *SLEEP, *names, "settle", wants=thing("Lock"))
    (finding,) = found(still(waits))
    (nested,) = found(still(replace(waits, held=(Held(thing("Lock"), 4),))))
    job = task("job", *SLEEP, *names, "settle", JOB, wants=thing("Lock"))

    assert verdicts(still(waits)) == [("lock-queue", "possible", "add")]
    assert verdicts(still(job)) == [("lock-queue", "likely", "add")]

    assert (finding.rule.id, finding.place.function) == ("lock-queue", "add")
    assert finding.evidence[-1] == (
        "no task of this process holds it: another process may, or a dead one"
    )
    assert nested.confidence == "likely"
    assert nested.evidence[-1] == "desk has entered a Lock before: maybe it waits for itself"
