"""The rule about connection pools."""

from __future__ import annotations

from examples.triage.case import LONG
from examples.triage.rules.resource import ResourceRule
from examples.triage.waits.kinds import POOL


class PoolEmpty(ResourceRule):
    """Tasks wait for a connection of a pool that gets nothing back."""

    id = "pool-empty"
    page = "runbook/waiting-for-a-pool.md"
    condition = (
        "Tasks wait for a connection of a pool for the whole window, and nobody who has one moves."
    )
    sentence = "Connection pool exhaustion: the pool is empty and gets nothing back."
    why = (
        "A pool hands a connection on within one query."
        " A wait as long as the window means that its holders keep theirs, or that there are none"
        " and the connections have leaked."
        " Sessions that move may keep one each for as long as their clients like."
    )
    families = (POOL,)

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} task, throughout; likely from {LONG:g} s on"
