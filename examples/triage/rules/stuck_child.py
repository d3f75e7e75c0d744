"""The rule about a child process that waits for its parent."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import ENDING, LIKELY, LONG, Case
from examples.triage.children import is_pool_worker_at_rest, standing_children
from examples.triage.model import Child, Task
from examples.triage.rules.outbound import by_place
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.kinds import CHILD, READ
from examples.triage.wording import counted


class StuckChild(Rule):
    """A child process waits for its parent, which waits for the child."""

    id = "stuck-child"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = (
        "Tasks wait for a child process that sleeps in the write to a full pipe, or in the read of"
        " one that nobody closes."
    )
    sentence = "The child waits for its parent, and the parent waits for the child."
    why = (
        "A pipe holds 64 KiB. A child that sleeps in the write to a full one goes on only when"
        " somebody reads, and whoever waits for its end does not."
        " A child that reads its input goes on only when somebody writes or closes it. Programs"
        " that serve for as long as they live read too, so that counts only where a unit of work"
        " waits, or somebody reads to the end."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.fewest} child, in every sample; for the read of its input likely from"
            f" {LONG:g} s on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find children that sleep in a pipe while tasks wait for them."""
        if case.samples < 2:
            return
        asleep = [one for one in standing_children(case) if not is_pool_worker_at_rest(one)]
        writing = [child for child in asleep if "pipe_write" in child.channel]
        reading = [child for child in asleep if "pipe_read" in child.channel]
        if len(writing) >= self.fewest:
            for tasks in by_place(case, (CHILD,)):
                if stuck := case.open(tasks):
                    yield self._found(case, stuck, writing, "the write to a full pipe", LIKELY)
        if len(reading) >= self.fewest:
            for tasks in by_place(case, (CHILD, READ)):
                if stuck := [task for task in case.open(tasks) if self._needs_end(case, task)]:
                    yield self._found(case, stuck, reading, "the read of its input", case.by_time)

    @staticmethod
    def _needs_end(case: Case, task: Task) -> bool:
        """Whether a task waits for all that a child has to say."""
        waiting = case.waiting(task)
        if waiting.family == READ and not waiting.module.startswith("asyncio."):
            return False
        to_the_end = waiting.function.endswith("communicate") or (
            waiting.family == READ and not waiting.new_work
        )
        return to_the_end or case.unit(task) in ENDING

    def _found(
        self, case: Case, stuck: list[Task], children: list[Child], where: str, confidence: str
    ) -> Finding:
        evidence = (
            case.throughout(f"{counted(len(stuck), 'task')} waited for a child process"),
            case.throughout(
                f"{len(children)} of the child processes slept in {children[0].channel}, {where}"
            ),
        )
        place = case.waiting(stuck[0]).place
        return self.finding(place, confidence, evidence, members=stuck)
