"""The rule about a job whose worker process is gone."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import CERTAIN, LIKELY, Case
from examples.triage.children import is_pool_worker_at_rest, standing_children
from examples.triage.group import own_frame
from examples.triage.model import NOWHERE
from examples.triage.rules.rule import LOST_WORK_PAGE, Finding, Rule


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
    younger = 5.0  # seconds by which a worker that was replaced is younger than the pool

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"every worker at rest in every sample, and one at least {self.younger:g} s younger"
            " than the oldest"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find waits for a pool whose workers are all at rest."""
        workers = [child for child in standing_children(case) if child.python and child.stack]
        if case.samples < 2 or not workers or not all(map(is_pool_worker_at_rest, workers)):
            return
        ages = [child.age for child in workers]
        if max(ages) - min(ages) < self.younger:
            return
        waiting = [
            thread
            for thread in (case.threads[-1].values() if case.threads else ())
            if any(frame.name.startswith("multiprocessing.pool:") for frame in thread.stack)
            and any(frame.function.endswith((".get", ".wait")) for frame in thread.stack)
            and own_frame(thread.stack) is not None
        ]
        for thread in waiting[:1]:
            place = own_frame(thread.stack) or NOWHERE
            evidence = (
                case.throughout(f"all {len(workers)} workers waited for their next job"),
                (
                    f"one worker is {max(ages) - min(ages):.0f} s younger than the oldest, so it"
                    " replaced one that died"
                ),
            )
            yield self.finding(place, CERTAIN if case.long else LIKELY, evidence, count=1)
