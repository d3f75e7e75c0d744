"""The rule about the slots of a worker of a job queue."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LONG, POSSIBLE, Case
from examples.triage.holders import ENDS, MOVES, Holders
from examples.triage.places import most_common_place
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.kinds import SLOT
from examples.triage.wording import counted


class SlotsTaken(Rule):
    """Jobs that do not end hold every slot of a worker."""

    id = "slots-taken"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = "A worker waits for a free slot, and none of its jobs moves."
    sentence = "Concurrency limit exhausted: jobs that do not end hold every slot of the worker."
    why = (
        "A busy worker waits for slots as well, but its jobs come and go."
        " Jobs that a deadline or a timer will end are left alone."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} waiting task and every job, throughout; likely from {LONG:g} s on"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of the jobs whether any of them moves."""
        holders = Holders(case)
        jobs = [
            task
            for task in case.latest.values()
            if case.unit(task) == "job" and case.waiting(task).family != SLOT
        ]
        gate = [
            task
            for waiters in case.of_family(SLOT)
            for task in waiters.standing
            if not case.unit(task)
        ]
        if len(gate) < self.fewest or case.samples < 2 or not case.open(jobs):
            return
        fate = holders.worst(jobs)
        if fate == MOVES or (fate == ENDS and not case.long):
            return
        place, times = most_common_place(job.stack for job in jobs)
        evidence = (
            case.throughout("the worker waited for a free slot before it takes the next message"),
            case.throughout(f"none of its {counted(len(jobs), 'job')} moved"),
            f"{jobs[0].name} {holders.describe(jobs[0])}",
        )
        confidence = POSSIBLE if fate == ENDS else case.by_time
        yield self.finding(place, confidence, evidence, members=jobs, explains=gate, count=times)
