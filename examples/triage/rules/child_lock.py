"""The rule about worker processes that wait for a lock."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LIKELY, LONG, POSSIBLE, Case
from examples.triage.children import (
    is_asleep_in_own_lock,
    is_pool_worker,
    job_of,
    standing_children,
)
from examples.triage.model import NOWHERE, Task
from examples.triage.places import own_frame
from examples.triage.rules.rule import LOST_WORK_PAGE, Finding, Rule
from examples.triage.waits.kinds import FUTURE, THREAD
from examples.triage.wording import counted


class ChildLock(Rule):
    """Worker processes sleep in a lock that no process will release."""

    id = "child-lock"
    cause = "lost-work"
    page = LOST_WORK_PAGE
    condition = "Worker processes sleep in a lock of own code, and none of them is at work."
    sentence = "Whoever held this lock is gone, and no process will release it."
    why = (
        "A fork copies a lock as it is, and not the thread that would release it; a process that"
        " is killed releases nothing."
        " Workers of a pool sleep in a lock too when they have nothing to do, but in that of the"
        " pool's queue and never in own code."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.fewest} child in the same lock, in every sample; likely where tasks wait and"
            f" it was forked, or from {LONG:g} s on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find Python children that sleep in a lock of own code."""
        standing = standing_children(case)
        stuck = [child for child in standing if child.python and is_asleep_in_own_lock(child)]
        if len(stuck) < self.fewest or case.samples < 2:
            return
        latest = case.last.children if case.last else ()
        at_work = [
            child
            for child in latest
            if is_pool_worker(child) and own_frame(job_of(child)) and child not in stuck
        ]
        if at_work:
            return
        tasks: list[Task] = [
            task
            for waiters in case.of_family(FUTURE, THREAD)
            for task in case.open(waiters.standing)
        ]
        place = own_frame(stuck[0].stack) or NOWHERE
        evidence = (
            case.throughout(
                f"{len(stuck)} of the child processes slept in a lock at line {place.line} of"
                f" {place.function}"
            ),
            f"{counted(len(tasks), 'task')} waited meanwhile" if tasks else "",
        )
        # A lock that only threads share cannot be held by another process.
        forked = stuck[0].stack[0].own
        sure = LIKELY if forked else case.by_time
        yield self.finding(
            place, sure if tasks else POSSIBLE, evidence, members=tasks, count=len(stuck)
        )
