"""The rule about tasks whose answer is there, and whose loop was not woken for it."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LIKELY, Case
from examples.triage.loops import loops_of
from examples.triage.model import Frame, Task
from examples.triage.places import own_frame
from examples.triage.rules.rule import LOST_WORK_PAGE, Finding, Rule
from examples.triage.wording import counted


class NotWoken(Rule):
    """The future that a task waits for is done, and its loop sleeps."""

    id = "not-woken"
    cause = "lost-work"
    page = LOST_WORK_PAGE
    condition = (
        "The future that a task waits for is done in every sample, and the loop of the task sleeps"
        " in its selector all the time."
    )
    sentence = "Lost wake-up: the answer is there, and the loop was not woken to take it."
    why = (
        "A loop takes up a future that is done in its next turn. A set, a put or a result from"
        " another thread does not wake the loop; call_soon_threadsafe() and"
        " run_coroutine_threadsafe() do. Any timer or client wakes it too, and then it goes on."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} task, in every sample"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find tasks whose answer was there all the time."""
        if case.samples < 2:
            return
        asleep = {loop.thread for loop in loops_of(case) if not loop.in_step and not loop.ran}
        found: dict[Frame, list[Task]] = {}
        for task in case.open(case.latest.values()):
            place = own_frame(task.stack)
            if place and case.thread_of(task) in asleep and self._was_answered(case, task):
                found.setdefault(place, []).append(task)
        for place, tasks in found.items():
            evidence = (
                case.throughout(f"{counted(len(tasks), 'task')} waited for a future that is done"),
                "the loop slept meanwhile: a thread has completed it without waking the loop",
            )
            yield self.finding(place, LIKELY, evidence, members=tasks)

    @staticmethod
    def _was_answered(case: Case, task: Task) -> bool:
        before = [snapshot.tasks.get(task.key) for snapshot in case.snapshots]
        return all(one is not None and one.answered for one in before)
