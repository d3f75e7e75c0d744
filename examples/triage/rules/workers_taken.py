"""The rule about pools of processes that are full."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LONG, POSSIBLE, Case
from examples.triage.children import is_pool_worker, job_of, standing_children
from examples.triage.model import Child, Task
from examples.triage.places import most_common_place, own_frame
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.kinds import FUTURE, THREAD
from examples.triage.wording import counted

NAPS = ("nanosleep",)  # functions of the kernel that end by themselves


class WorkersTaken(Rule):
    """Calls that do not return hold every process of a pool."""

    id = "workers-taken"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = "Every worker process of a pool sleeps in the same call, and tasks wait for it."
    sentence = "Process pool exhaustion: calls that do not return hold every worker."
    why = (
        "A worker that computes runs, and one that works goes from call to call."
        " One that sleeps at one line of own code waits for something else, and nothing in this"
        " process can end that."
    )
    several = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"every worker of the pool, throughout; likely for {self.several} tasks from {LONG:g} s"
            " on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of the workers whether any of them is at rest or moves."""
        workers = [one for one in (case.last.children if case.last else ()) if is_pool_worker(one)]
        stuck = [one for one in standing_children(case) if self._sleeps(one)]
        tasks: list[Task] = [
            task
            for waiters in case.of_family(FUTURE, THREAD)
            for task in case.open(waiters.standing)
            if case.waiting(task).place.own or case.unit(task)
        ]
        if case.samples < 2 or not tasks or not workers or len(stuck) < len(workers):
            return
        place, times = most_common_place(job_of(child) for child in stuck)
        evidence = (
            case.throughout(
                f"{counted(len(stuck), 'worker')} of the pool slept in the same call, {times} of"
                f" these in {place.function}"
            ),
            case.throughout(f"{counted(len(tasks), 'task')} waited meanwhile"),
        )
        confidence = case.by_time if len(tasks) >= self.several else POSSIBLE
        yield self.finding(place, confidence, evidence, members=tasks, count=len(tasks))

    @staticmethod
    def _sleeps(child: Child) -> bool:
        return (
            is_pool_worker(child)
            and own_frame(job_of(child)) is not None
            and child.state in {"S", "D"}
            and not any(name in child.channel for name in NAPS)
        )
