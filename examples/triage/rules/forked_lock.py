"""The rule about a forked child that waits for a lock."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LIKELY, POSSIBLE, Case
from examples.triage.children import is_asleep_in_own_lock, standing_children
from examples.triage.group import own_frame
from examples.triage.model import NOWHERE, Task
from examples.triage.rules.rule import LOST_WORK_PAGE, Finding, Rule
from examples.triage.waits.kinds import FUTURE, THREAD
from examples.triage.wording import counted


class ForkedLock(Rule):
    """A forked child waits for a lock that nobody in it can release."""

    id = "forked-lock"
    cause = "lost-work"
    page = LOST_WORK_PAGE
    condition = "A worker process that was forked sleeps in a lock of own code, and tasks wait."
    sentence = "A child was forked while another thread held this lock: nobody releases it there."
    why = (
        "A fork copies a lock as it is, and not the thread that would release it."
        " Workers of a pool sleep in a lock too when they have nothing to do, but in the queue of"
        " the pool and never in own code."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} child in the same lock, in every sample"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find Python children that sleep in a lock of own code."""
        stuck = [
            child
            for child in standing_children(case)
            if child.python and is_asleep_in_own_lock(child)
        ]
        if len(stuck) < self.fewest or case.samples < 2:
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
        yield self.finding(
            place, LIKELY if tasks else POSSIBLE, evidence, members=tasks, count=len(stuck)
        )
