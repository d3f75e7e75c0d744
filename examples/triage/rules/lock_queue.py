"""The rule about locks and semaphores whose holders stand still."""

from __future__ import annotations

from examples.triage.case import LONG
from examples.triage.rules.resource import ResourceRule
from examples.triage.waiters import Waiters
from examples.triage.waits.kinds import LOCK, SEMAPHORE


class LockQueue(ResourceRule):
    """Tasks queue for a lock that is not given back."""

    id = "lock-queue"
    condition = (
        "Tasks wait for one lock or semaphore for the whole window, and no holder of it moves; or"
        " for a lock that other processes use as well, and no task here holds it."
    )
    sentence = "Lock contention: tasks queue for a lock whose holder stands still."
    why = (
        "Short waits for a lock are normal, and then other tasks wait in each sample."
        " A holder that moves is slow and no fault, unless it is a session, or a background task"
        " that sleeps or waits for its next item with the lock: these may keep it for as long as"
        " they live, which is possible."
        " A background task may also wait for a lock of another process on purpose, as a standby"
        " does: that is possible."
        " A semaphore is there to hold tasks back, so holders that a timer or a deadline ends are"
        " none either."
    )
    families = (LOCK, SEMAPHORE)
    lent_on_purpose = (SEMAPHORE,)

    def speaks_of_lost(self, waiters: Waiters) -> bool:
        """Whether another process may hold it: then it is contention all the same."""
        return waiters.waiting.elsewhere

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} task and every holder, throughout; likely from {LONG:g} s on"
