"""The rule about locks and permits that nobody holds."""

from __future__ import annotations

from examples.triage.case import LONG
from examples.triage.rules.resource import ResourceRule
from examples.triage.rules.rule import LOST_WORK_PAGE
from examples.triage.waiters import Waiters
from examples.triage.waits.kinds import LOCK, SEMAPHORE


class PermitsLost(ResourceRule):
    """Tasks wait for what no task holds."""

    id = "permits-lost"
    cause = "lost-work"
    page = LOST_WORK_PAGE
    condition = "Tasks wait for a lock or a semaphore for the whole window, and no task holds it."
    sentence = "A lock or a permit was acquired and never released."
    why = (
        "The frame of a holder keeps what it entered with `async with`, and a holder by hand is"
        " past the same line. Where there is neither, nobody is left to release it."
    )
    families = (LOCK, SEMAPHORE)
    may_be_held = False

    def speaks_of_lost(self, waiters: Waiters) -> bool:
        """Whether nobody is left who could hold it: another process is not seen here."""
        return not waiters.waiting.elsewhere

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} task, throughout; likely from {LONG:g} s on"
