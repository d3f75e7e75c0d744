"""The rule about data that the other side does not take."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import ALMOST, LONG, Case
from examples.triage.model import Connection, Task
from examples.triage.rules.outbound import OutboundRule
from examples.triage.waits.kinds import WRITE
from examples.triage.wording import counted, spoken

WINDOWED = ("grpc",)  # protocols with a window of their own, which the kernel does not show


class StuckWrite(OutboundRule):
    """Tasks wait until the other side takes their data."""

    id = "stuck-write"
    condition = "Tasks wait to write for the whole window, and the other side takes nothing."
    sentence = "The other side does not take the data, and no deadline ends the wait."
    why = (
        "The kernel counts the bytes that the other side has not taken."
        " Where that number does not change, it has stopped reading."
        " A protocol with a window of its own holds the data back before the kernel sees it: there"
        " the silence of the connection counts."
    )
    families = (WRITE,)
    what = "waited to write"
    several = 1

    def applies(self, case: Case, stuck: list[Task]) -> bool:
        """Whether no connection has taken anything, as far as that is known."""
        return (
            not case.kept_connections()
            or bool(self._blocked(case))
            or bool(self._held_back(case, stuck))
        )

    def silence(self, case: Case, stuck: list[Task]) -> float:
        """Give the seconds since data was last sent on a connection that is full."""
        full = self._blocked(case) or self._held_back(case, stuck)
        return max((entry.sent or 0.0 for entry in full), default=0.0)

    def details(self, case: Case, stuck: list[Task]) -> Iterator[str]:
        """Say how many bytes were not taken, and for how long."""
        blocked = self._blocked(case)
        since = self.silence(case, stuck)
        if blocked:
            for_long = f" for {spoken(since)}" if since > case.window else ""
            total = sum(entry.unsent for entry in blocked)
            yield f"{counted(total, 'byte')} were not taken by the other side{for_long}"
        elif since:
            yield f"nothing was sent for {spoken(since)}: the other side opens no window for more"

    def is_old(self, case: Case, stuck: list[Task]) -> bool:
        """Whether it has lasted for long; a slow side opens its window now and then."""
        held_back = self._held_back(case, stuck) and not self._blocked(case)
        if held_back:
            return self.silence(case, stuck) >= 2 * LONG
        return super().is_old(case, stuck)

    @staticmethod
    def _held_back(case: Case, stuck: list[Task]) -> list[Connection]:
        """Give silent connections, where the protocol holds back what the kernel would take."""
        if case.waiting(stuck[0]).module.partition(".")[0] not in WINDOWED:
            return []
        kept = case.kept_connections()
        return [one for one in kept if one.sent is not None and one.sent >= ALMOST * case.window]

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
