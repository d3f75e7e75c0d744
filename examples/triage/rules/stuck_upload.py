"""The rule about requests whose body does not come."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LONG, POSSIBLE, Case
from examples.triage.rules.outbound import by_place
from examples.triage.rules.rule import CANCELLATION_PAGE, Finding, Rule
from examples.triage.waits.index import passes
from examples.triage.waits.kinds import CLIENT, UPLOAD
from examples.triage.wording import counted


class StuckUpload(Rule):
    """Requests wait for the rest of their own body."""

    id = "stuck-upload"
    cause = "missing-cancellation"
    page = CANCELLATION_PAGE
    condition = (
        "Requests wait until their client sends the rest of the body, nothing comes for the whole"
        " window, and no deadline is above the wait."
    )
    sentence = "The body of a request does not come, and no deadline ends the wait for it."
    why = (
        "A client that is slow sends a part now and then, and its request has moved then."
        " A client that is gone, and a middleware that has read the body before, look the same"
        " from here, so this is never more than possible."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} request, throughout, from {LONG:g} s on"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find requests that read their body and get nothing."""
        if case.samples < 2:
            return
        for tasks in by_place(case, (UPLOAD, CLIENT)):
            stuck = [
                task
                for task in case.open(tasks)
                if case.unit(task) == "request"
                and passes(task.stack, UPLOAD)
                and not case.deadline(task)
            ]
            case.undecided |= bool(stuck)
            if len(stuck) >= self.fewest and case.long:
                connections = case.last.connections if case.last else ()
                unread = sum(
                    one.unread for one in connections if one.inbound and one.state != "queued"
                )
                evidence = (
                    case.throughout(
                        f"{counted(len(stuck), 'request')} waited for the rest of the body"
                    ),
                    "" if unread else "the sockets of the clients hold no data that is unread",
                    case.unlimited(stuck),
                )
                yield self.finding(case.waiting(stuck[0]).place, POSSIBLE, evidence, members=stuck)
