"""The rule about tasks that wait for each other."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import CERTAIN, Case
from examples.triage.holders import Holders
from examples.triage.model import NOWHERE, Task
from examples.triage.places import own_frame
from examples.triage.rules.rule import Finding, Rule
from examples.triage.waits.kinds import LOCK, SEMAPHORE


class AwaitCycle(Rule):
    """Tasks wait for each other in a circle."""

    id = "await-cycle"
    cause = "await-cycle"
    page = "runbook/incidents/await_cycle.md"
    condition = "Tasks wait for each other in a circle, through awaits or through locks."
    sentence = "Deadlock: these tasks wait for each other and can never go on."
    why = (
        "No event from outside can complete a task of the circle, so this needs no threshold."
        " Who holds a lock is read from the frame that has entered it."
    )

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return "1 circle, in every sample"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find circles in who waits for whom."""
        holders = Holders(case)
        for circle in holders.cycles():
            members = {task.key for task in circle}
            queued = [task for task in case.latest.values() if self._waits(case, task, circle)]
            place = next(filter(None, (own_frame(task.stack) for task in circle)), NOWHERE)
            yield self.finding(
                place,
                CERTAIN,
                (
                    self._words(case, circle),
                    case.throughout("the circle was there"),
                ),
                members=circle,
                explains=[task for task in queued if task.key not in members],
            )

    @staticmethod
    def _words(case: Case, circle: list[Task]) -> str:
        if len(circle) == 1:
            inner = own_frame(circle[0].stack)
            where = f", in {inner.function}" if inner else ""
            return f"{circle[0].name} waits for a lock that it holds itself{where}"
        names = " -> ".join([*(task.name for task in circle), circle[0].name])
        through = any(case.waiting(task).family in {LOCK, SEMAPHORE} for task in circle)
        return f"each waits for {'a lock of ' if through else ''}the next: {names}"

    @staticmethod
    def _waits(case: Case, task: Task, circle: list[Task]) -> bool:
        wanted = case.waiting(task).object
        return wanted is not None and any(
            held.object.address == wanted.address for other in circle for held in other.held
        )
