"""The rule about data that the other side does not take."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import ALMOST, Case
from examples.triage.model import Connection, Task
from examples.triage.rules.outbound import OutboundRule
from examples.triage.waits.kinds import WRITE
from examples.triage.wording import counted, spoken


class StuckWrite(OutboundRule):
    """Tasks wait until the other side takes their data."""

    id = "stuck-write"
    condition = "Tasks wait to write for the whole window, and the other side takes nothing."
    sentence = "The other side does not take the data, and no deadline ends the wait."
    why = (
        "The kernel counts the bytes that the other side has not taken."
        " Where that number does not change, it has stopped reading."
    )
    families = (WRITE,)
    what = "waited to write"
    several = 1

    def applies(self, case: Case, stuck: list[Task]) -> bool:  # noqa: ARG002 # all alike
        """Whether no connection has taken anything, as far as that is known."""
        return not case.kept_connections() or bool(self._blocked(case))

    def silence(self, case: Case, stuck: list[Task]) -> float:  # noqa: ARG002 # all alike
        """Give the seconds since data was last sent on a connection that is full."""
        return max((entry.sent or 0.0 for entry in self._blocked(case)), default=0.0)

    def details(self, case: Case, stuck: list[Task]) -> Iterator[str]:
        """Say how many bytes were not taken, and for how long."""
        blocked = self._blocked(case)
        if blocked:
            since = self.silence(case, stuck)
            for_long = f" for {spoken(since)}" if since > case.window else ""
            total = sum(entry.unsent for entry in blocked)
            yield f"{counted(total, 'byte')} were not taken by the other side{for_long}"

    @staticmethod
    def _blocked(case: Case) -> list[Connection]:
        if not case.snapshots:
            return []
        first = {entry.inode: entry for entry in case.snapshots[0].connections}
        return [
            entry
            for entry in case.snapshots[-1].connections
            if entry.unsent
            and (entry.sent is None or entry.sent >= ALMOST * case.window)
            and entry.inode in first
            and first[entry.inode].unsent <= entry.unsent
        ]
