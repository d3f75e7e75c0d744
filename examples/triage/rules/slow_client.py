"""The rule about a broadcaster that waits for one client."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LIKELY, Case
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.kinds import SEND
from examples.triage.wording import counted


class SlowClient(Rule):
    """A task that serves many clients waits for one of them."""

    id = "slow-client"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = "A task that is not the session of the client waits until a client takes its data."
    sentence = "Head-of-line blocking: one slow client holds up everybody behind it."
    why = (
        "A session that waits for its own client harms nobody."
        " A task that serves several clients in turn makes all of them wait."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} task, throughout"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find senders that are not the session of their client."""
        unsent = sum(
            entry.unsent for entry in (case.last.connections if case.last else ()) if entry.inbound
        )
        for waiters in case.of_family(SEND):
            shared = [task for task in case.open(waiters.standing) if not case.unit(task)]
            if len(shared) >= self.fewest and case.samples > 1 and not waiters.left:
                evidence = (
                    case.throughout(f"{shared[0].name} waited until one client takes its data"),
                    f"{counted(unsent, 'byte')} to clients were not taken" if unsent else "",
                    (
                        "it is not the task of that client's own session, so other clients wait"
                        " behind it"
                    ),
                )
                yield self.finding(waiters.place, LIKELY, evidence, members=shared)
