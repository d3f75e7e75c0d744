"""The rule about a call in a thread that does not return."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import ENDING, LIKELY, LONG, POSSIBLE, Case
from examples.triage.children import is_at_rest, living
from examples.triage.executors import Executors, is_busy, waits_for_work, work_of
from examples.triage.model import NOWHERE, Task, Thread
from examples.triage.places import most_common_place
from examples.triage.rules.outbound import by_place
from examples.triage.rules.rule import CANCELLATION_PAGE, Finding, Rule
from examples.triage.waits.index import wait_of
from examples.triage.waits.kinds import CHILD, CONNECT, FUTURE, JOIN, LOCK, POOL, PUT, THREAD, WRITE
from examples.triage.wording import counted

GIVES_WAY = (CONNECT, JOIN, LOCK, POOL, PUT, WRITE)  # waits that ought to end, whoever waits


class StuckThread(Rule):
    """Tasks wait for a call in a thread that sleeps."""

    id = "stuck-thread"
    cause = "missing-cancellation"
    page = CANCELLATION_PAGE
    condition = "A unit of work waits for a call in a thread, and the call sleeps all the time."
    sentence = "A call in a thread does not return, and no deadline ends the wait."
    why = (
        "A cancelled task leaves its thread alone, so only a timeout of the call itself can end it."
        " A thread that waits for input on purpose is left out, unless a request waits for it;"
        " one that waits for room, for a lock or for a connection does not listen."
        " The end of a child that itself waits for work is possibly waited for in vain."
    )
    several = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"1 task, throughout; likely for {self.several} of them from {LONG:g} s on"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find tasks that wait for threads which stand still."""
        executors = Executors(case)
        stuck = [
            thread
            for threads in executors.pools.values()
            for thread in threads
            if is_busy(thread) and executors.stands(thread) and not waits_for_work(thread.stack)
        ]
        if case.samples < 2 or executors.any_moves:
            return
        listens = not stuck or not all(
            _ought_to_end(thread) or _joins_the_idle(case, thread) for thread in stuck
        )
        for standing in by_place(case, (THREAD,)):
            tasks = [
                task for task in case.open(standing) if self._matters(case, task, listens=listens)
            ]
            if tasks:
                yield self._found(case, tasks, stuck)
        # What run_in_executor() gives is a bare future: a thread for each of them fits.
        for standing in by_place(case, (FUTURE,)):
            tasks = [task for task in case.open(standing) if self._may_be_call(case, task)]
            case.undecided |= 0 < len(tasks) <= len(stuck)
            if 0 < len(tasks) <= len(stuck) and case.long:
                yield self._found(case, tasks, stuck)

    @staticmethod
    def _may_be_call(case: Case, task: Task) -> bool:
        """Whether own code in a unit of work awaits what may be the future of a call."""
        in_unit = case.unit(task) in ENDING and case.waiting(task).place.own
        return in_unit and not case.deadline(task)

    @staticmethod
    def _matters(case: Case, task: Task, *, listens: bool) -> bool:
        """Leave alone what may listen in a thread for as long as the process lives."""
        waiting = case.waiting(task)
        in_any_thread = waiting.module.partition(".")[0] in {"asyncio", "anyio"}
        may_listen = waiting.new_work or (in_any_thread and listens)
        in_unit = case.unit(task) in ENDING or not may_listen
        return in_unit and case.in_flight(task) and not case.deadline(task)

    def _found(self, case: Case, tasks: list[Task], stuck: list[Thread]) -> Finding:
        place, _ = most_common_place(work_of(thread.stack) for thread in stuck)
        if not place.own:
            place = most_common_place(task.stack for task in tasks)[0] or NOWHERE
        evidence = [
            case.throughout(f"{counted(len(tasks), 'task')} waited for a call in a thread"),
            (
                case.throughout(f"{counted(len(stuck), 'thread')} slept in the same call")
                if stuck
                else ""
            ),
            case.unlimited(tasks),
        ]
        several = len(tasks) >= self.several and not case.ends_late(tasks)
        sure = case.long and several and bool(stuck) and case.waiting(tasks[0]).family == THREAD
        # A supervisor waits like this for as long as its workers live.
        sure = sure and not any(_joins_the_idle(case, thread) for thread in stuck)
        return self.finding(
            place, LIKELY if sure else POSSIBLE, evidence, members=tasks, explains=tasks
        )


def _ought_to_end(thread: Thread) -> bool:
    """Whether a table knows the wait of a call, and it is no wait for new work."""
    found = wait_of(work_of(thread.stack))
    return found is not None and found[0].family in GIVES_WAY


def _joins_the_idle(case: Case, thread: Thread) -> bool:
    """Whether a call waits for the end of children that all wait for new work."""
    found = wait_of(work_of(thread.stack))
    workers = [child for child in living(case) if child.python]
    waits = found is not None and found[0].family == CHILD
    return waits and bool(workers) and all(map(is_at_rest, workers))
