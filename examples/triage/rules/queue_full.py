"""The rule about full queues."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LONG, Case
from examples.triage.holders import MOVES, Holders
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waiters import Waiters
from examples.triage.waits.kinds import PUT
from examples.triage.wording import counted


class QueueFull(Rule):
    """Tasks wait to put into a queue that nobody empties."""

    id = "queue-full"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = "A task waits to put into a full queue, and nothing is taken from it."
    sentence = "Backpressure without an end: the queue is full, and nobody takes from it."
    why = (
        "A full queue in front of a consumer that works is backpressure, as intended: each item"
        " that it takes lets one producer go on, and then that one has moved."
        " An empty queue is never a fault: its consumer has nothing to do."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} task, throughout; likely from {LONG:g} s on"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each queue whether anything was taken from it."""
        holders = Holders(case)
        for waiters in case.of_family(PUT):
            stuck = case.open(waiters.standing)
            if len(stuck) >= self.fewest and case.samples > 1 and not waiters.left:
                others = self._others(case, holders, waiters)
                evidence = (
                    case.throughout(f"{counted(len(stuck), 'task')} waited to put into it"),
                    "no task that waited could put its item, so nobody took one",
                    others,
                )
                yield self.finding(
                    waiters.place, case.by_time, evidence, members=stuck, explains=waiters.tasks
                )

    @staticmethod
    def _others(case: Case, holders: Holders, waiters: Waiters) -> str:
        """Name a task of own code that stands still and could be the consumer."""
        for task in case.latest.values():
            if task.key in waiters.keys or not case.in_flight(task):
                continue
            if case.waiting(task).family != PUT and holders.fate(task) != MOVES:
                return f"{task.name} stands still too, and {holders.describe(task)}"
        return ""
