"""Tasks that wait for each other."""

from dataclasses import replace

import pytest

from examples.triage.holders import find_cycle
from examples.triage.model import Held, Task
from tests.triage.judge.cases import (
    GET,
    LOCK,
    READ,
    REQUEST,
    SEMAPHORE,
    SHORT,
    SLEEP,
    found,
    moved,
    stack_of,
    still,
    task,
    thing,
    timeline,
    verdicts,
)


def test_circle_of_awaits() -> None:
    """Tasks that await each other are certain at once, in the order of awaiting."""
    first, second = task("first", "step"), task("second", "step")
    first = task("first", "step", id=first.id, awaiters=(second.id,))
    second = task("second", "step", id=second.id, awaiters=(first.id,))
    (finding,) = found(still(first, second, seconds=SHORT))

    assert (finding.rule.id, finding.confidence, finding.tasks) == ("await-cycle", "certain", 2)
    assert finding.evidence[0] == "each waits for the next: first -> second -> first"


def test_locks_in_opposite_order() -> None:
    """Each holds the lock that the other waits for."""
    one, two = thing("Lock"), thing("Lock")
    first = task("first", *LOCK, "transfer", REQUEST, wants=two, holds=[one])
    second = task("second", *LOCK, "transfer", REQUEST, wants=one, holds=[two])
    third = task("third", *LOCK, "transfer", REQUEST, wants=one)
    (finding,) = found(still(first, second, third, seconds=SHORT))

    assert (finding.place.function, finding.tasks) == ("transfer", 2)
    assert finding.evidence[0] == "each waits for a lock of the next: first -> second -> first"


def test_lock_that_its_holder_takes() -> None:
    """A lock that is taken again by its holder is named where it waits."""
    lock = thing("Lock")
    (finding,) = found(still(task("worker", *LOCK, "compact", "add", wants=lock, holds=[lock])))

    assert (finding.confidence, finding.place.function) == ("certain", "compact")
    assert finding.evidence[0] == "worker waits for a lock that it holds itself, in compact"


def test_lock_of_the_task_that_waits_for_me() -> None:
    """A child that needs the lock of its parent waits for ever."""
    lock = thing("Lock")
    parent = task("parent", "refresh", REQUEST, holds=[lock])
    child = task("child", *LOCK, "store", wants=lock, by=[parent])

    assert [rule for rule, *_ in verdicts(still(parent, child))] == ["await-cycle"]


def test_semaphore_with_a_holder_that_goes_on() -> None:
    """One holder that is not in the circle is enough to end the wait for a permit."""
    limit = thing("Semaphore")
    nested = task("nested", *SEMAPHORE, "inner", "outer", wants=limit, holds=[limit])
    free = task("free", *READ, "fetch", "outer", holds=[limit])

    assert "await-cycle" not in [rule for rule, *_ in verdicts(still(nested, free))]
    assert verdicts(still(nested)) == [("await-cycle", "certain", "inner")]


def test_circle_that_moves() -> None:
    """Tasks that move are in no circle."""
    one, two = thing("Lock"), thing("Lock")
    first = task("first", *LOCK, "transfer", wants=two, holds=[one])
    second = task("second", *LOCK, "transfer", wants=one, holds=[two])

    assert verdicts(timeline([moved(first), moved(second)], [first, second])) == []


def test_long_chain() -> None:
    """A chain of ten thousand is followed to its end, and has no circle."""
    chain = {number: [number + 1] for number in range(10_000)}

    assert find_cycle(chain) == []
    assert len(find_cycle(chain | {10_000: [0]})) == 10_001


def test_tree_under_one_semaphore() -> None:
    """Folders that are walked under the limit of their parents are judged without going round."""
    limit = thing("Semaphore")
    root = task("root", "asyncio.taskgroups:TaskGroup.__aexit__", "scan", holds=[limit])
    inner = [
        task(
            f"inner-{one}",
            "asyncio.taskgroups:TaskGroup.__aexit__",
            "scan",
            holds=[limit],
            by=[root],
        )
        for one in range(20)
    ]
    leaves = [
        task(f"leaf-{one}", *SEMAPHORE, "scan", wants=limit, by=[parent])
        for one in range(3)
        for parent in inner
    ]

    assert verdicts(still(root, *inner, *leaves)) == [("lock-queue", "likely", "scan")]


def test_deep_nesting() -> None:
    """Thousands of tasks that await each other in a row are judged to the end."""
    lock = thing("Lock")
    chain = [task("0", *LOCK, "innermost", wants=lock)]
    for number in range(1, 3000):
        above = task(str(number), "asyncio.taskgroups:TaskGroup.__aexit__", "level")
        chain[-1] = replace(chain[-1], awaiters=(above.id,))
        chain.append(above)
    holder = task("holder", "asyncio.taskgroups:TaskGroup.__aexit__", "hold", holds=[lock])
    chain[-1] = replace(chain[-1], awaiters=(holder.id,))

    assert [rule for rule, *_ in verdicts(still(*chain, holder, samples=2))] == ["await-cycle"]


ASYNC_ENTER = "contextlib:_AsyncGeneratorContextManager.__aenter__"
CONDITION = ("asyncio.locks:Condition.wait", "asyncio.locks:Condition.wait_for")
READS = (*CONDITION, "ReadWrite.read", ASYNC_ENTER, "node", "walk")
WRITES = (*CONDITION, "ReadWrite.write", ASYNC_ENTER, "rebuild")


def inside(one: Task, function: str) -> Task:
    """Let a task be in the block of a generator of own code."""
    held = Held(thing("_AsyncGeneratorContextManager"), len(one.stack) - 1, function)
    return replace(one, held=(*one.held, held))


@pytest.mark.parametrize(("seconds", "confidence"), [(8.9, "possible"), (9.1, "likely")])
def test_readers_that_read_again(seconds: float, confidence: str) -> None:
    """A lock of one's own whose every holder waits to enter it again is never left."""
    readers = [inside(task(f"reader-{one}", *READS), "ReadWrite.read") for one in range(2)]
    process = still(*readers, task("writer", *WRITES), seconds=seconds)
    (finding,) = found(process)

    assert verdicts(process) == [("self-deadlock", confidence, "node")]
    assert finding.evidence[0].startswith("3 tasks waited to enter ReadWrite for all")
    assert finding.evidence[1] == "2 of them had entered it before, and nobody else had"


def test_pool_of_its_own_that_each_wants_twice() -> None:
    """A class with __aenter__ is told by its type, and one that is polled by where it sleeps."""
    taken = thing("Lease")
    waits = task("copy", *GET, "Lease.__aenter__", "insert", "copy", holds=[taken])
    polls = task("copy", *SLEEP, "Lease.__aenter__", "insert", "copy", holds=[taken])

    assert verdicts(still(waits)) == [("self-deadlock", "likely", "insert")]
    assert verdicts(timeline([moved(polls)], [polls], [moved(polls)])) == [
        ("self-deadlock", "likely", "insert")
    ]


@pytest.mark.parametrize(
    "holder",
    [
        inside(task("holder", *READ, "fetch", "walk"), "ReadWrite.read"),
        inside(task("holder", *SLEEP, "walk"), "ReadWrite.write"),
        task("holder", *SLEEP, "walk"),
    ],
)
def test_holder_that_may_leave(holder: Task) -> None:
    """Who does anything else in the block may leave it; where nobody is in it, it is new work."""
    reader = task("reader", *READS)
    nested = inside(reader, "ReadWrite.read")

    assert "self-deadlock" not in str(verdicts(still(reader, holder)))
    if holder.held:
        assert "self-deadlock" not in str(verdicts(still(nested, holder)))


def test_entry_that_moves_or_is_limited() -> None:
    """Who gets through, and who will give up, shows that the context is left."""
    nested = inside(task("reader", *READS), "ReadWrite.read")
    limited = inside(task("reader", *READS, deadline=30.0), "ReadWrite.read")
    polls = task("copy", *SLEEP, "Lease.__aenter__", "insert", "copy", holds=[thing("Lease")])
    elsewhere = replace(polls, stack=(*polls.stack[:-2], *stack_of("update", "copy")))

    assert verdicts(timeline([moved(nested)], [nested])) == []
    assert verdicts(timeline([elsewhere], [polls], [moved(polls)])) == []
    assert "self-deadlock" not in str(verdicts(still(limited)))
    assert verdicts(still(nested, samples=1)) == []
