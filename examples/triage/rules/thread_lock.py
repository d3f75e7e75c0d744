"""The rule about threads that wait for one lock."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from examples.triage.case import LONG, POSSIBLE, Case
from examples.triage.executors import Executors, work_of
from examples.triage.model import Task, Thread
from examples.triage.places import own_frame, place_of
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.index import wait_of
from examples.triage.waits.kinds import THREAD
from examples.triage.wording import counted


class ThreadLock(Rule):
    """Threads of a pool wait for a lock that is not released."""

    id = "thread-lock"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = (
        "Calls in threads sleep in one lock for the whole window, and no holder of it moves."
    )
    sentence = "Lock contention between threads: calls wait for a lock that is not released."
    why = (
        "A thread that waits for a lock sleeps in a futex of the kernel, with own code as its"
        " innermost frame. A holder that moves is slow and no fault, and one that left without a"
        " release, as on an error, is in no thread."
        " A lock in Redis or in a file is asked for again and again, and may be held elsewhere on"
        " purpose, so that is only possible."
    )
    several = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"1 thread that a task waits for, throughout; likely for {self.several} of them from"
            f" {LONG:g} s on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of the threads of all pools which of them wait for a lock."""
        executors = Executors(case)
        tasks = [task for one in case.of_family(THREAD) for task in case.open(one.standing)]
        if case.samples < 2 or not tasks or executors.any_moves:
            return
        queues: dict[tuple[str, str], list[Thread]] = defaultdict(list)
        for thread in executors.locked:
            place = place_of(work_of(thread.stack))
            queues[place.file, place.function].append(thread)
        if queues:
            yield self._found(case, max(queues.values(), key=len), executors.lockers, tasks)

    def _found(
        self, case: Case, threads: list[Thread], holders: list[Thread], tasks: list[Task]
    ) -> Finding:
        elsewhere = any(map(_waits_elsewhere, threads))
        asked = "asked for a lock of other processes" if elsewhere else "slept in a lock"
        evidence = (
            case.throughout(f"{counted(len(threads), 'thread')} {asked}"),
            case.throughout(f"{counted(len(tasks), 'task')} waited for a call in a thread"),
            "another process may hold it, or a dead one" if elsewhere else _held_by(holders),
        )
        return self.finding(
            place_of(work_of(threads[0].stack)),
            case.by_time if len(threads) >= self.several and not elsewhere else POSSIBLE,
            evidence,
            members=tasks,
        )


def _held_by(holders: list[Thread]) -> str:
    inner = own_frame(holders[0].stack) if holders else None
    if inner:
        return f"another thread holds a lock, and sleeps in {inner.function}"
    return "no thread that moves holds it"


def _waits_elsewhere(thread: Thread) -> bool:
    """Whether another process may hold the lock that a call waits for."""
    found = wait_of(work_of(thread.stack))
    return found is not None and found[0].elsewhere
