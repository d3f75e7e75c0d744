"""The rule about answers from outside that do not come."""

from __future__ import annotations

from examples.triage.case import ENDING, Case
from examples.triage.children import living
from examples.triage.group import UNKNOWN
from examples.triage.model import Task
from examples.triage.places import own_stack
from examples.triage.rules.outbound import OutboundRule
from examples.triage.waits.index import is_idle
from examples.triage.waits.kinds import FUTURE, READ, RESULT


class StuckRead(OutboundRule):
    """Units of work wait for an answer from outside."""

    id = "stuck-read"
    condition = (
        "Requests, jobs or calls of a client wait for an answer for the whole window, with no"
        " deadline above them."
    )
    sentence = "Missing timeout on outbound I/O: nothing cancels the wait for this answer."
    why = (
        "A stream, a subscription or a command of Redis may wait for as long as it likes, and is"
        " left out unless a request waits for it."
        " Whether the other side is slow or dead cannot be seen from here."
    )
    families = (READ, RESULT, UNKNOWN)
    what = "waited for the same answer"

    def polling(self, case: Case) -> list[Task]:
        """Give tasks whose library wakes again and again, where the connections were silent."""
        found = []
        for task in case.latest.values():
            history = case.grouping.history(task.key)
            if (
                not case.stands(task)
                and task.key not in case.explained
                and case.waiting(task).family == READ
                and all(waiting == history[-1] for waiting in history)
            ):
                found.append(task)
        silent = 0 < len(found) <= len(case.unanswered())
        found = found if silent and not case.kept_loops else []
        return [*found, *self._behind_a_library(case)]

    @staticmethod
    def _behind_a_library(case: Case) -> list[Task]:
        """Give units of work at a bare future, where tasks of a library wait for its answers.

        A library may give its callers a future and ask the other side in a task of its own.
        """
        asking = [
            task
            for waiters in case.of_family(READ)
            for task in case.open(waiters.standing)
            if not own_stack(task.stack)
            and not case.unit(task)
            and not is_idle(task.stack)
            and not waiters.waiting.new_work
        ]
        if not 0 < len(asking) <= len(case.unanswered()):
            return []
        return [
            task
            for waiters in case.of_family(FUTURE)
            for task in case.open(waiters.standing)
            if waiters.place.own and case.unit(task) in ENDING
        ]

    def applies(self, case: Case, stuck: list[Task]) -> bool:
        """Whether a connection to the outside was open, or the wait is inside a unit of work.

        The other side may also be a child process, behind a pipe.
        """
        in_unit = any(case.unit(task) in ENDING for task in stuck)
        if case.waiting(stuck[0]).family == UNKNOWN:
            return in_unit
        return bool(case.kept_connections()) or (in_unit and any(living(case)))
