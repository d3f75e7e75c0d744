"""The rule about a job whose worker process is gone."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LIKELY, LONG, Case
from examples.triage.children import is_pool_worker, is_pool_worker_at_rest, standing_children
from examples.triage.executors import Executors
from examples.triage.model import NOWHERE, Thread
from examples.triage.places import own_frame
from examples.triage.rules.rule import LOST_WORK_PAGE, Finding, Rule
from examples.triage.waits.kinds import THREAD

RESULTS = (
    "multiprocessing.pool:ApplyResult.get",
    "multiprocessing.pool:ApplyResult.wait",
    "multiprocessing.pool:IMapIterator.next",
)


class LostWorker(Rule):
    """A pool of processes rests while tasks wait for it."""

    id = "lost-worker"
    cause = "lost-work"
    page = LOST_WORK_PAGE
    condition = "A thread waits for a result of a pool of processes, all of which are at rest."
    sentence = "The worker that had this job is gone, and nobody else works on it."
    why = (
        "A pool that starts a worker anew does not start its job anew."
        " Where every worker waits for its next job, no result can come."
    )
    younger = 1.0  # seconds by which a worker that was replaced is younger than the oldest

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"every worker at rest in every sample; likely where one is {self.younger:g} s younger"
            f" than the oldest, or from {LONG:g} s on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find waits for a pool whose workers are all at rest."""
        latest = case.last.children if case.last else ()
        number = sum(map(is_pool_worker, latest))
        workers = [one for one in standing_children(case) if is_pool_worker_at_rest(one)]
        if case.samples < 2 or not number or len(workers) < number:
            return
        ages = [child.age for child in workers]
        younger = max(ages) - min(ages)
        for thread in waiting_threads(case)[:1]:
            evidence = (
                case.throughout(f"all {number} workers of the pool waited for their next job"),
                (
                    f"one worker is {younger:.0f} s younger than the oldest, so it replaced one"
                    " that died"
                    if younger >= self.younger
                    else ""
                ),
            )
            confidence = LIKELY if younger >= self.younger else case.by_time
            calls = [
                task for waiters in case.of_family(THREAD) for task in case.open(waiters.standing)
            ]
            yield self.finding(
                own_frame(thread.stack) or NOWHERE, confidence, evidence, explains=calls, count=1
            )


def waiting_threads(case: Case) -> list[Thread]:
    """Give the threads that wait for a result of a pool of processes, in own code."""
    executors = Executors(case)
    return [
        thread
        for thread in executors.latest.values()
        if any(frame.name in RESULTS for frame in thread.stack)
        and own_frame(thread.stack) is not None
        and executors.stands(thread)
    ]
