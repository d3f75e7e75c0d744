"""Threads that ask for a lock of other processes again and again."""

from dataclasses import replace

from examples.triage.model import Held, Object, Process, Thread
from tests.triage.judge.cases import (
    RESTING,
    TO_THREAD,
    WORKER,
    found,
    many,
    still,
    thread,
    timeline,
    verdicts,
)

SLEEPS = ("redis.lock:Lock.acquire", "close_books", *WORKER)
ASKS = ("socket:SocketIO.readinto", "redis.lock:Lock.do_acquire", *SLEEPS)
LOCK, OTHER = Object("Lock", 1), Object("Lock", 2)


def asking(*looks: tuple[str, ...], objects: tuple[Object, ...] = (LOCK,) * 4) -> Process:
    """Make a service in which a thread was met on these stacks, in a method of these locks."""
    tasks = many(1, "job", *TO_THREAD, "job", "main")
    rows = []
    for number, stack in enumerate(looks):
        index = next(place for place, name in enumerate(stack) if name in SLEEPS)
        selves = (*[None] * index, objects[number], *[None] * (len(stack) - index - 1))
        rows.append([RESTING, _busy(thread(200, *stack, name="asyncio_0", selves=selves), number)])
    return timeline(*[tasks] * len(looks), threads=rows)


def _busy(one: Thread, number: int) -> Thread:
    """Let it give up the CPU ten times a second."""
    return replace(one, switches=30 * number)


def test_lock_in_redis_that_nobody_gives_back() -> None:
    """It sleeps and asks, and each time it is in the same call for the same lock."""
    process = asking(SLEEPS, ASKS, SLEEPS, ASKS)
    (finding,) = found(process)

    assert verdicts(process) == [("thread-lock", "possible", "close_books")]
    assert finding.evidence[0].startswith("1 thread asked for a lock of other processes for all")


def test_lock_in_redis_that_is_taken_in_turns() -> None:
    """Another lock object is another call, and a look without one is a turn that it got."""
    assert verdicts(asking(SLEEPS, ASKS, SLEEPS, ASKS, objects=(LOCK, LOCK, OTHER, OTHER))) == []
    got = ("close_books", *WORKER)
    process = asking(SLEEPS, ASKS, SLEEPS, ASKS)
    process.snapshots[1].threads[200] = thread(200, *got, name="asyncio_0", switches=30)
    assert verdicts(process) == []


def test_lock_that_another_process_holds() -> None:
    """Several threads make it no surer, nor does one that holds another lock."""
    tasks = many(2, "job", *TO_THREAD, "job", "main")
    waits = [thread(200 + one, *SLEEPS, name=f"asyncio_{one}", selves=(LOCK,)) for one in range(2)]
    held = (Held(Object("lock", 3), 0),)
    holds = thread(300, "note", *WORKER, name="asyncio_2", held=held, channel="hrtimer_nanosleep")
    (finding,) = found(still(*tasks, threads=[[RESTING, *waits, holds]]))

    assert (finding.rule.id, finding.confidence) == ("thread-lock", "possible")
    assert finding.evidence[-1] == "another process may hold it, or a dead one"
