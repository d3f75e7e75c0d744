"""The rule about a lock or a pool of your own that its holders want once more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from examples.triage.case import LONG, Case
from examples.triage.model import Frame, Stack, Task
from examples.triage.places import own_frame
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.kinds import (
    CONDITION,
    EVENT,
    FUTURE,
    GET,
    LOCK,
    READ,
    RETRY,
    SEMAPHORE,
    TIMER,
)
from examples.triage.wording import counted

ENTER = "__aenter__"
GENERATOR = f"contextlib:_AsyncGeneratorContextManager.{ENTER}"
WAITS = (CONDITION, EVENT, FUTURE, GET, LOCK, SEMAPHORE)
ASKS_AGAIN = (READ, RETRY, TIMER)  # one that is polled, such as a lock in a database


class Entering(NamedTuple):
    """A context manager of own code that a task is about to enter.

    Attributes:
        manager: its class, or its function where it has none.
        place: the own code that enters it.
        outer: the frames outside of it.

    """

    manager: str
    place: Frame
    outer: Stack


class SelfDeadlock(Rule):
    """Whoever is in a context manager of own code waits to enter it again."""

    id = "self-deadlock"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = (
        "Tasks wait to enter an async context manager of own code, such as a lock or a pool of its"
        " own, and every task that has entered it waits to enter it again."
    )
    sentence = "Self-deadlock: whoever is inside waits to enter once more, and nobody leaves."
    why = (
        "A lock that is not re-entrant, a reader that reads again while a writer waits, and a pool"
        " that each holder wants twice from, all end like this."
        " A holder that does anything else may leave it, so then the rule is silent."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} holder and all the others, throughout; likely from {LONG:g} s on"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each context manager who is in it, and what these wait for."""
        if case.samples < 2:
            return
        entering: dict[str, list[tuple[Task, Entering]]] = {}
        for task in case.latest.values():
            entry = entering_of(task)
            if entry and task.key not in case.explained and self._keeps_waiting(case, task, entry):
                entering.setdefault(entry.manager, []).append((task, entry))
        for manager, waits in entering.items():
            keys = {task.key for task, _ in waits}
            inside = [task for task in case.latest.values() if manager in _entered_by(task)]
            if inside and all(task.key in keys for task in inside):
                yield self._found(case, manager, waits, inside)

    @staticmethod
    def _keeps_waiting(case: Case, task: Task, entry: Entering) -> bool:
        """Whether it has waited at this entry all the time, with no deadline."""
        family = case.waiting(task).family
        before = [snapshot.tasks.get(task.key) for snapshot in case.snapshots]
        entries = [entering_of(one) if one is not None else None for one in before]
        return (
            not case.deadline(task)
            and all(one is not None and one.outer == entry.outer for one in entries)
            and (family in ASKS_AGAIN or (case.stands(task) and family in WAITS))
        )

    def _found(
        self, case: Case, manager: str, waits: list[tuple[Task, Entering]], inside: list[Task]
    ) -> Finding:
        tasks = [task for task, _ in waits]
        keys = {task.key for task in inside}
        place = next(entry.place for task, entry in waits if task.key in keys)
        evidence = (
            case.throughout(f"{counted(len(tasks), 'task')} waited to enter {manager}"),
            f"{len(inside)} of them had entered it before, and nobody else had",
            "no deadline is above the wait",
        )
        return self.finding(place, case.by_time, evidence, members=tasks)


def entering_of(task: Task) -> Entering | None:
    """Say which context manager of own code a task is about to enter; None for none."""
    for index, (frame, caller) in enumerate(zip(task.stack, task.stack[1:]), 1):  # newer than 3.9
        if not frame.own:
            continue
        manager, _, method = frame.function.rpartition(".")
        if method == ENTER:
            outer = task.stack[index:]
        elif caller.name == GENERATOR:
            manager, outer = manager or method, task.stack[index + 1 :]
        else:
            continue
        place = own_frame(outer)
        return Entering(manager, place, outer) if place else None
    return None


def _entered_by(task: Task) -> set[str]:
    """Give the classes and functions of the context managers that a task has entered."""
    found = set()
    for held in task.held:
        manager, _, function = held.function.rpartition(".")
        found.add(manager or function or held.object.type)
    return found
