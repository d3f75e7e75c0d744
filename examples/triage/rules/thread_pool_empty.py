"""The rule about threads that wait for a connection of a pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from examples.triage.asleep import family_of
from examples.triage.case import LONG, POSSIBLE, Case
from examples.triage.executors import Executors, work_of
from examples.triage.model import Thread
from examples.triage.places import own_frame, place_of
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.kinds import POOL, TASKS, THREAD, TIMER
from examples.triage.wording import counted

NO_USERS = (POOL, TASKS, TIMER)  # threads that wait in these do not use a connection just now


class ThreadPoolEmpty(Rule):
    """Threads wait for a connection, and no thread that could give one back moves."""

    id = "thread-pool-empty"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = (
        "Threads wait for a connection of a pool for the whole window, and every other thread with"
        " own code sleeps in one call as well."
    )
    sentence = "Connection pool exhaustion: threads wait for a connection, and none comes back."
    why = (
        "A thread that takes a second connection of its pool waits for what it and its like hold,"
        " and a connection that was never given back is held by nobody."
        " Where another thread sleeps in a call, it may be a slow query, so that is possible only."
    )
    several = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.several} threads, throughout; likely from {LONG:g} s on where no other thread"
            " of own code is in a call"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of all threads with own code what they wait for."""
        executors = Executors(case)
        own = [one for one in executors.latest.values() if own_frame(work_of(one.stack))]
        waits: dict[tuple[str, str], list[Thread]] = defaultdict(list)
        for thread in own:
            if family_of(thread) == POOL and executors.stands(thread):
                place = place_of(work_of(thread.stack))
                waits[place.file, place.function].append(thread)
        number = sum(map(len, waits.values()))
        others = [one for one in own if family_of(one) not in NO_USERS and not one.loop]
        if case.samples < 2 or number < self.several or not all(map(executors.stands, others)):
            return
        calls = [task for one in case.of_family(THREAD) for task in case.open(one.standing)]
        evidence = (
            case.throughout(f"{counted(number, 'thread')} waited for a connection of a pool"),
            (
                f"{counted(len(others), 'other thread')} with own code stood still as well"
                if others
                else "no other thread with own code is in a call: they hold what they wait for, or"
                " it was never given back"
            ),
        )
        threads = max(waits.values(), key=len)
        case.explained_threads |= {one.id for ones in waits.values() for one in ones}
        yield self.finding(
            place_of(work_of(threads[0].stack)),
            POSSIBLE if others else case.by_time,
            evidence,
            members=calls,
            count=number,
        )
