"""Which object a task waits for, who holds it, and when the wait ends."""

import math
import sys
import time
from collections.abc import Iterator

import pytest

from examples.triage.model import Object, Task
from tests.triage.read.helpers import PYTHONS, by_name, functions, reading, target

COUNT = 20
ROLES = ("holds", "waits", "waits too")


@pytest.fixture(params=PYTHONS, scope="module")
def tasks(request: pytest.FixtureRequest) -> Iterator[dict[str, Task]]:
    """Give the tasks of the target that holds and waits, by name."""
    arguments = ["anyio"] if request.param == sys.executable else []
    with (
        target("holders", *arguments, python=request.param) as (child, _),
        reading(child.pid) as reader,
    ):
        yield by_name(reader.tasks(details=True))


def held(task: Task) -> list[Object]:
    """Give what a task holds, without timers."""
    return [each.object for each in task.held if each.object.type != "TimerHandle"]


@pytest.mark.parametrize(
    ("kind", "function"),
    [
        ("Lock", "Lock.acquire"),
        ("nested", "Lock.acquire"),
        ("Semaphore", "Semaphore.acquire"),
        ("pool", "Semaphore.acquire"),
        ("stack", "Lock.acquire"),
        ("rows", "Lock.acquire"),
    ],
)
def test_holder_is_named(tasks: dict[str, Task], kind: str, function: str) -> None:
    """Exactly one task holds what two wait for: of each kind, 20 of 20."""
    addresses = set()
    for number in range(COUNT):
        waiters = [tasks[f"{kind} {number} {role}"] for role in ROLES[1:]]
        (wanted,) = {task.selves[0] for task in waiters}
        assert wanted is not None
        assert {functions(task)[0] for task in waiters} == {function}
        holders = [task.name for task in tasks.values() if wanted in held(task)]
        assert holders == [f"{kind} {number} holds"]
        addresses.add(wanted.address)
    assert len(addresses) == COUNT  # at one and the same line


def test_entering_is_not_holding(tasks: dict[str, Task]) -> None:
    """Whoever waits in ``__aenter__`` of a class of its own does not hold it yet."""
    for number in range(COUNT):
        assert [each.type for each in held(tasks[f"Checkout {number} holds"])] == ["Checkout"]
        for role in ROLES[1:]:
            task = tasks[f"Checkout {number} {role}"]
            assert held(task) == []
            assert [each and each.type for each in task.selves] == ["Lock", "Checkout", None]


def test_generator_manager_is_followed(tasks: dict[str, Task]) -> None:
    """A pool's ``@asynccontextmanager`` shows its function, then what it holds inside."""
    found = tasks["pool 0 holds"].held
    assert [(each.object.type, each.function, each.frame) for each in found[:2]] == [
        ("_AsyncGeneratorContextManager", "Pool.connection", 1),
        ("Semaphore", "", 1),
    ]


def test_exit_stack_is_followed(tasks: dict[str, Task]) -> None:
    """What was entered through an exit stack is held, through its generators; callbacks are not."""
    found = tasks["stack 0 holds"].held
    assert [(each.object.type, each.function) for each in found[:3]] == [
        ("AsyncExitStack", ""),
        ("_AsyncGeneratorContextManager", "lent"),
        ("Lock", ""),
    ]


def test_every_block_of_a_long_exit_stack_is_read(tasks: dict[str, Task]) -> None:
    """A stack that has entered more than one block of its deque holds is read to its end."""
    locks = [each for each in held(tasks["long stack"]) if each.type == "Lock"]
    assert len(set(locks)) == len(locks) == 150


@pytest.mark.parametrize("function", ["by_timeout", "by_wait_for", "by_anyio"])
def test_deadline_is_told_from_none(tasks: dict[str, Task], function: str) -> None:
    """A deadline of 30 s tells when it ends; the same code without one tells that it never does."""
    if f"{function} 30" not in tasks:
        pytest.skip("anyio is installed beside the running interpreter alone")
    left = [each.when - time.monotonic() for each in tasks[f"{function} 30"].held if each.when]
    assert len(left) == 1
    assert 0 < left[0] <= 30
    whens = [each.when for each in tasks[f"{function} None"].held]
    assert {when for when in whens if when is not None} <= {math.inf}


def test_sleep_has_a_timer(tasks: dict[str, Task]) -> None:
    """A sleep ends at the moment of its timer."""
    (timer,) = (each for each in tasks["Lock 0 holds"].held if each.object.type == "TimerHandle")
    assert timer.when is not None
    assert 3_000 < timer.when - time.monotonic() <= 3_600
