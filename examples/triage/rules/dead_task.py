"""The rule about tasks that ended with an error."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import CERTAIN, Case
from examples.triage.model import Frame
from examples.triage.places import place_of
from examples.triage.rules.rule import LOST_WORK_PAGE, Finding, Rule


class DeadTask(Rule):
    """A task ended with an error that nobody has retrieved."""

    id = "dead-task"
    cause = "lost-work"
    page = LOST_WORK_PAGE
    condition = "A task has ended with an error, and nobody has retrieved it."
    sentence = "Unretrieved task exception: whatever depends on this task waits forever."
    why = "From outside a dead task is only an absent one, and absence has no place in the code."

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return "1 task; needs --in-process"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Take the dead tasks from what the process said about itself."""
        for name, stack, error in case.process.answer.get("dead", ()):
            frames = tuple(frame if isinstance(frame, Frame) else Frame(*frame) for frame in stack)
            evidence = (f"{name} ended with {error}, and nobody has asked for its result",)
            yield self.finding(place_of(frames), CERTAIN, evidence, count=1)
