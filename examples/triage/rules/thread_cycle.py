"""The rule about threads that wait for each other's locks."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.asleep import locks_held, nothing_wakes
from examples.triage.case import LONG, Case
from examples.triage.executors import Executors, waits_for_lock, work_of
from examples.triage.places import most_common_place
from examples.triage.rules.rule import Finding, Rule
from examples.triage.waits.kinds import THREAD
from examples.triage.wording import counted


class ThreadCycle(Rule):
    """Every thread that holds a lock waits for one."""

    id = "thread-cycle"
    cause = "await-cycle"
    page = "runbook/incidents/await_cycle.md"
    condition = (
        "Every thread that is in the block of a lock sleeps in a lock as well: two or more of them,"
        " or one while no other thread can wake it."
    )
    sentence = "Deadlock between threads: each holds a lock that another one waits for."
    why = (
        "A lock is released by whoever holds it. Where no thread holds one and goes on, none is"
        " released. A single thread that takes a lock twice, as in a signal handler, waits for"
        " itself."
    )
    several = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.several} threads with a lock each, or 1 where every thread sleeps, throughout;"
            f" likely from {LONG:g} s on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each thread that holds a lock whether it waits for one."""
        executors = Executors(case)
        threads = case.last.threads.values() if case.last else ()
        holders = [thread for thread in threads if locks_held(thread)]
        stuck = [one for one in holders if executors.stands(one) and waits_for_lock(one)]
        locks = {lock for thread in stuck for lock in locks_held(thread)}
        if case.samples < 2 or not stuck or len(stuck) < len(holders):
            return
        if len(locks) < self.several and not (
            next(iter(locks)).type == "lock" and nothing_wakes(case, executors)
        ):
            return
        case.explained_threads |= {thread.id for thread in stuck}
        evidence = (
            case.throughout(
                f"{counted(len(stuck), 'thread')} slept in a lock in the block of another one"
                if len(stuck) > 1
                else "the only thread that is in the block of a lock slept in a lock"
            ),
            "no other thread holds a lock",
        )
        yield self.finding(
            most_common_place(work_of(thread.stack) for thread in stuck)[0],
            case.by_time,
            evidence,
            explains=[task for one in case.of_family(THREAD) for task in case.open(one.standing)],
            count=len(stuck),
        )
