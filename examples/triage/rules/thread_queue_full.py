"""The rule about threads that wait for room in a queue of threads."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.asleep import family_of
from examples.triage.case import LONG, POSSIBLE, Case
from examples.triage.executors import Executors
from examples.triage.model import Stack
from examples.triage.places import most_common_place, own_frame
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.index import wait_of
from examples.triage.waits.kinds import GET, PUT, TASKS, TIMER
from examples.triage.wording import counted

NO_CONSUMERS = (GET, PUT, TASKS, TIMER)  # whoever waits in these takes nothing from a full queue


class ThreadQueueFull(Rule):
    """Threads wait to put into a queue that no thread empties."""

    id = "thread-queue-full"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = (
        "In a process without a loop a thread waits to put into a full queue for the whole window,"
        " and no thread with own code moves."
    )
    sentence = "Backpressure without an end: the queue is full, and no thread takes from it."
    why = (
        "A consumer that takes an item lets a producer go on, and one that died is in no thread."
        " A thread that sleeps in a call may be the consumer, and slow, so then it is possible"
        " only."
    )

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"1 thread, throughout; likely from {LONG:g} s on where no other thread of own code is"
            " in a call"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of all threads with own code what they wait for."""
        executors = Executors(case)
        own = [one for one in executors.latest.values() if own_frame(one.stack)]
        stuck = [one for one in own if _puts(one.stack)]
        others = [one for one in own if family_of(one) not in NO_CONSUMERS]
        may_move = case.samples < 2 or not all(map(executors.stands, (*stuck, *others)))
        if may_move or case.latest or not stuck:
            return
        case.explained_threads |= {one.id for one in stuck}
        evidence = (
            case.throughout(f"{counted(len(stuck), 'thread')} waited to put into a queue"),
            (
                f"{counted(len(others), 'other thread')} with own code stood still as well"
                if others
                else "no other thread with own code is in a call, so nobody takes from it"
            ),
        )
        place, _ = most_common_place(one.stack for one in stuck)
        yield self.finding(place, POSSIBLE if others else case.by_time, evidence, count=len(stuck))


def _puts(stack: Stack) -> bool:
    """Whether a thread waits for room in a queue that only threads of the process share."""
    found = wait_of(stack)
    return found is not None and found[0].family == PUT and stack[found[1]].module == "queue"
