"""The rule about a child process that waits for its parent."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LIKELY, Case, counted
from examples.triage.children import standing_children
from examples.triage.rules.outbound import by_place
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.kinds import CHILD


class StuckChild(Rule):
    """A child process waits for its parent, which waits for the child."""

    id = "stuck-child"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = "Tasks wait for a child process that is blocked in a full pipe to its parent."
    sentence = "The child waits until its output is read, and its parent until it ends."
    why = (
        "A pipe holds 64 KiB. A child that sleeps in the write to a full one goes on only when"
        " somebody reads, and whoever waits for its end does not."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} child, in every sample"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find children that sleep in a full pipe while tasks wait for their end."""
        blocked = [child for child in standing_children(case) if "pipe_write" in child.channel]
        if len(blocked) < self.fewest or case.samples < 2:
            return
        for tasks in by_place(case, (CHILD,)):
            stuck = case.open(tasks)
            if stuck:
                evidence = (
                    case.throughout(f"{counted(len(stuck), 'task')} waited for a child to end"),
                    case.throughout(
                        f"{len(blocked)} of the child processes slept in"
                        f" {blocked[0].channel}, the write to a full pipe"
                    ),
                )
                yield self.finding(case.waiting(stuck[0]).place, LIKELY, evidence, members=stuck)
