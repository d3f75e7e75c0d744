"""The rule about a worker process that has died."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LONG, POSSIBLE, Case
from examples.triage.children import ended_workers, is_at_rest, living
from examples.triage.executors import Executors, work_of
from examples.triage.model import NOWHERE, Child, Task, Thread
from examples.triage.places import own_frame
from examples.triage.rules.rule import LOST_WORK_PAGE, Finding, Rule
from examples.triage.waits.index import is_idle, wait_of
from examples.triage.waits.kinds import FUTURE, JOIN, THREAD, TIMER
from examples.triage.wording import counted

BETWEEN_PROCESSES = "multiprocessing."


class DeadWorker(Rule):
    """A thread waits for a process that has died."""

    id = "dead-worker"
    cause = "lost-work"
    page = LOST_WORK_PAGE
    condition = (
        "A thread waits for an item of other processes, or for the last one to be done; a child"
        " of the same program has failed or was killed, and no other one is at work."
    )
    sentence = "A worker process has died, and what it had in hand is lost with it."
    why = (
        "A queue between processes does not notice that a worker died, and nobody has collected"
        " the dead child, so nobody has seen it."
        " Another child may have been the worker, so the wait for one more item is only possible."
    )

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"1 dead child, and 1 thread throughout; likely from {LONG:g} s on where it waits for"
            " the last item to be done"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find waits for other processes where one is dead and the others rest."""
        dead = ended_workers(case)
        busy = [child for child in living(case) if child.python and not is_at_rest(child)]
        waits = self._waits(case)
        if case.samples < 2 or not dead or busy or not waits:
            return
        calls: list[Task] = [
            task
            for waiters in case.of_family(FUTURE, THREAD)
            for task in case.open(waiters.standing)
            if case.waiting(task).place.own
        ]
        thread, family = waits[0]
        place = own_frame(thread.stack) or (case.waiting(calls[0]).place if calls else NOWHERE)
        if place is NOWHERE:
            return
        evidence = (
            case.throughout(f"{counted(len(waits), 'thread')} waited for another process"),
            f"process {dead[0].pid}, a child of this one, {_end_of(dead[0])}, and nobody saw it",
            f"{counted(len(calls), 'task')} waited meanwhile" if calls else "",
        )
        confidence = case.by_time if family == JOIN else POSSIBLE
        yield self.finding(
            place, confidence, evidence, members=calls, count=max(len(calls), len(waits))
        )

    @staticmethod
    def _waits(case: Case) -> list[tuple[Thread, str]]:
        """Give the threads that wait for other processes, with what for, joins first."""
        executors = Executors(case)
        found = []
        for thread in executors.latest.values():
            work = work_of(thread.stack)
            wait = wait_of(work)
            if wait is None or is_idle(thread.stack) or not executors.stands(thread):
                continue
            if wait[0].family != TIMER and work[wait[1]].module.startswith(BETWEEN_PROCESSES):
                found.append((thread, wait[0].family))
        return sorted(found, key=lambda one: one[1] != JOIN)


def _end_of(child: Child) -> str:
    """Say how a process has ended, from its status as wait() gives it."""
    number = child.status & 0x7F
    return f"was killed by signal {number}" if number else f"ended with status {child.status >> 8}"
