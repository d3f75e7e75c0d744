"""The rule about tasks that swallow their cancellation."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import CERTAIN, LIKELY, Case
from examples.triage.model import Task
from examples.triage.places import own_stack
from examples.triage.rules.outbound import at_one_place
from examples.triage.rules.rule import CANCELLATION_PAGE, Finding, Rule
from examples.triage.wording import counted


class CancelIgnored(Rule):
    """Tasks were cancelled and live on."""

    id = "cancel-ignored"
    cause = "missing-cancellation"
    page = CANCELLATION_PAGE
    condition = "A task was cancelled and still waits at the same place of own code."
    sentence = "Swallowed CancelledError: this task was cancelled and goes on."
    why = (
        "A task counts the requests to cancel it, and a deadline takes its own request back."
        " A request that stays belongs to a task that caught it, or that is still cleaning up."
    )

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return "1 task, in every sample"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find cancelled tasks that stand still."""
        ignoring = [task for task in case.latest.values() if self._ignores(case, task)]
        for tasks in at_one_place(case, ignoring):
            times = max(task.cancels for task in tasks)
            evidence = (
                case.throughout(f"{counted(len(tasks), 'task')} waited on after being cancelled"),
                f"cancelled {counted(times, 'time')}" if times else "",
            )
            reported = any("cancelled" in note for task in tasks for note in task.notes)
            yield self.finding(
                case.waiting(tasks[0]).place,
                CERTAIN if reported else LIKELY,
                evidence,
                members=tasks,
            )

    @staticmethod
    def _ignores(case: Case, task: Task) -> bool:
        cancelled = task.cancels > 0 or any("cancelled" in note for note in task.notes)
        return (
            cancelled
            and case.stands(task)
            and task.key not in case.explained
            and bool(own_stack(task.stack))
        )
