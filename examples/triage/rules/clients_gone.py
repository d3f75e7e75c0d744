"""The rule about handlers whose client has left."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LONG, Case
from examples.triage.places import most_common_place, own_stack
from examples.triage.rules.rule import CANCELLATION_PAGE, Finding, Rule
from examples.triage.wording import counted


class ClientsGone(Rule):
    """More handlers stand still than clients are connected."""

    id = "clients-gone"
    cause = "missing-cancellation"
    page = CANCELLATION_PAGE
    condition = "More handlers stand still than clients are connected, and no other rule says why."
    sentence = "Handlers outlive their clients."
    why = (
        "A connection serves one handler at a time."
        " The rule needs the sockets of the process, so it is silent behind a Unix socket, and"
        " where another rule names what the handlers wait for."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} handler more than connections, throughout; likely from {LONG:g} s on"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Compare the handlers with the connections."""
        if case.clients is None or case.samples < 2:
            return
        handlers = [
            task
            for task in case.latest.values()
            if case.stands(task)
            and case.unit(task) in {"request", "session"}
            and not any(
                case.unit(case.by_id[number]) for number in task.awaiters if number in case.by_id
            )
        ]
        excess = len(handlers) - case.clients
        unexplained = [
            task for task in handlers if task.key not in case.explained and own_stack(task.stack)
        ]
        if excess >= self.fewest and unexplained:
            place, _ = most_common_place(task.stack for task in unexplained)
            evidence = (
                case.throughout(f"{counted(len(handlers), 'handler')} did not move"),
                (
                    f"the process had at most {counted(case.clients, 'open connection')} from"
                    f" clients, so at least {excess} of the handlers had none"
                ),
            )
            yield self.finding(place, case.by_time, evidence, members=unexplained, count=excess)
