"""The rule about file descriptors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from examples.triage.case import LIKELY, Case
from examples.triage.model import NOWHERE
from examples.triage.places import most_common_place, own_stack
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule


class DescriptorsUsed(Rule):
    """The process may open hardly any further file or connection."""

    id = "descriptors-used"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = "Nearly all file descriptors that the process may open are in use."
    sentence = "File descriptors are used up: no new connection can be opened or accepted."
    why = "The kernel counts them, and refuses the next one at the limit."
    share = 0.95

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.share:.0%} of the limit, in the last sample"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Compare the open descriptors with the limit."""
        limit, used = case.process.descriptor_limit, case.last.descriptors if case.last else 0
        if not limit or used < self.share * limit:
            return
        tasks = [task for task in case.latest.values() if own_stack(task.stack)]
        # Who stands still opens nothing now.
        owners = [task for task in tasks if not case.stands(task)] or tasks
        place = most_common_place(task.stack for task in owners)[0] if owners else NOWHERE
        peers = Counter(entry.peer for entry in (case.last.connections if case.last else ()))
        evidence = [f"{used:,} of {limit:,} file descriptors are open"]
        for peer, number in peers.most_common(1):
            evidence.append(f"{number:,} of them are connections with {peer}")
        yield self.finding(place, LIKELY, evidence, count=0)
