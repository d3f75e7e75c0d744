"""The rule about a process in which every thread waits for another one."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.asleep import family_of, nothing_wakes
from examples.triage.case import LONG, POSSIBLE, Case
from examples.triage.children import living
from examples.triage.executors import Executors, work_of
from examples.triage.loops import loops_of
from examples.triage.model import Thread
from examples.triage.places import most_common_place, own_frame
from examples.triage.rules.rule import LOST_WORK_PAGE, Finding, Rule
from examples.triage.rules.shutdown_waits import waits_for_clients
from examples.triage.waits.index import is_idle, root_of
from examples.triage.waits.kinds import BARRIER, CONDITION, EVENT, FUTURE, JOIN, SEMAPHORE, TASKS
from examples.triage.wording import counted

ENDING_WAITS = (JOIN, BARRIER, FUTURE)
PAUSES = (EVENT, CONDITION)  # with a timeout also a way to sleep


class DeadEnd(Rule):
    """Every thread waits for another one, and some for what ought to end."""

    id = "dead-end"
    cause = "lost-work"
    page = LOST_WORK_PAGE
    condition = (
        "Every thread of a process without a loop sleeps until another one wakes it, and one waits"
        " for a result, a barrier, a permit, the end of a thread, or the last item of a queue; or"
        " requests wait for a future, and every other thread only accepts clients or work."
    )
    sentence = "What this thread waits for cannot come: whoever would bring it is gone or waits."
    why = (
        "Only a thread that runs can complete a future, come to a barrier or say that an item is"
        " done. A consumer of an empty queue may wait as long as it likes, so that alone says"
        " nothing, and an event with a timeout is a way to sleep."
    )

    several = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"every thread, throughout; likely from {LONG:g} s on, unless own code waits for an"
            " event, a condition or the end of a thread; of threads that serve requests"
            f" {self.several}"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find waits that ought to end in a process that nothing wakes."""
        executors = Executors(case)
        if case.samples < 2 or case.explained_threads:
            return
        if not nothing_wakes(case, executors):
            yield from self._units(case, executors)
            return
        own = [one for one in executors.latest.values() if own_frame(work_of(one.stack))]
        stuck = [thread for thread in own if family_of(thread) in ENDING_WAITS]
        may_sleep = any(family_of(thread) in PAUSES for thread in own)
        for family in (SEMAPHORE, TASKS):  # the first may count items, and others serve for ever
            if not stuck:
                stuck = [thread for thread in own if family_of(thread) == family]
                may_sleep = True
        if not stuck:
            return
        place, _ = most_common_place(work_of(thread.stack) for thread in stuck)
        evidence = (
            case.throughout(f"{counted(len(stuck), 'thread')} waited for what ought to end"),
            (
                f"every thread of the process sleeps, {counted(len(executors.latest), 'thread')} in"
                " all, and none waits for a timer, the network or another process"
            ),
        )
        yield self.finding(
            place, POSSIBLE if may_sleep else case.by_time, evidence, count=len(stuck)
        )

    def _units(self, case: Case, executors: Executors) -> Iterator[Finding]:
        """Find units of work at a future, where only threads that accept others run."""
        stuck = [thread for thread in executors.latest.values() if _unit_at_future(thread)]
        others = [thread for thread in executors.latest.values() if thread not in stuck]
        if (
            not stuck
            or not all(map(executors.stands, stuck))
            or not all(waits_for_clients(one.stack) or is_idle(one.stack) for one in others)
            or loops_of(case)
            or living(case)
        ):
            return
        place, _ = most_common_place(thread.stack for thread in stuck)
        evidence = (
            case.throughout(f"{counted(len(stuck), 'thread')} waited for a future"),
            "no loop runs, and every other thread accepts clients or waits for work",
        )
        sure = len(stuck) >= self.several
        yield self.finding(place, case.by_time if sure else POSSIBLE, evidence, count=len(stuck))


def _unit_at_future(thread: Thread) -> bool:
    return family_of(thread) == FUTURE and root_of(thread.stack) is not None
