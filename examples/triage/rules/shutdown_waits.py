"""The rule about a shutdown that does not end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from examples.triage.case import CERTAIN, LIKELY, LONG, POSSIBLE, Case
from examples.triage.executors import Executors, work_of
from examples.triage.holders import ENDS, MOVES, Holders
from examples.triage.model import NOWHERE, Frame, Stack, Task
from examples.triage.places import most_common_place, own_stack
from examples.triage.rules.rule import CANCELLATION_PAGE, Finding, Rule
from examples.triage.waits.index import is_shutdown, wait_of
from examples.triage.waits.kinds import ACCEPT
from examples.triage.wording import counted

PROGRAM_ENDED = "threading:_shutdown"  # so does a program that leaves its work to threads


class Remains(NamedTuple):
    """What a shutdown waits for.

    Attributes:
        place: where most of it is; `NOWHERE` for nothing.
        number: how many tasks or threads.
        times: how many of them are in the function of the place.
        noun: task or thread.
        tasks: the tasks.
        confidence: how sure it is that they do not end by themselves; empty where they move.

    """

    place: Frame
    number: int
    times: int
    noun: str
    tasks: list[Task]
    confidence: str


class ShutdownWaits(Rule):
    """The process is in its shutdown, and something does not end."""

    id = "shutdown-waits"
    cause = "missing-cancellation"
    page = CANCELLATION_PAGE
    condition = "The process is in its shutdown, and tasks or threads of own code do not end."
    sentence = "Graceful shutdown hangs: it waits for this."
    why = (
        "Servers, asyncio.run() and the interpreter wait in functions of their own, which run"
        " only during a shutdown. What is left of own code is what they wait for."
        " A request that goes on is drained, as it should be, and one that a timer or a deadline"
        " ends may be. A program may also leave its work to threads and come to its end: then"
        " the rule is never more than possible, and threads that accept connections are left out."
    )

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            "1 task or thread that does not move, in every sample; likely from"
            f" {LONG:g} s on, or where it was cancelled"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find what a shutdown waits for."""
        stack = next(case.shutting_down(), ())
        if case.samples < 2 or not stack or not self._lasts(case):
            return
        waits_in = next((frame for frame in stack if is_shutdown((frame,))), stack[0])
        left = self._tasks_left(case) or self._threads_left(case)
        if left.place is NOWHERE:
            return
        cancelled = waits_in.function == "_cancel_all_tasks"
        confidence = CERTAIN if cancelled else left.confidence
        if confidence and waits_in.name == PROGRAM_ENDED:
            confidence = POSSIBLE
        if not confidence:
            case.undecided = True
            return
        evidence = (
            f"the process is in its shutdown, in {waits_in.function}",
            case.throughout(f"{counted(left.number, left.noun)} of own code did not end"),
            f"{left.times} of these in {left.place.function}" if left.number > 1 else "",
        )
        yield self.finding(
            left.place,
            confidence,
            evidence,
            members=left.tasks,
            count=left.number,
        )

    @staticmethod
    def _lasts(case: Case) -> bool:
        """Whether the shutdown had begun at the first sample."""
        stacks: list[Stack] = [task.stack for task in case.snapshots[0].tasks.values()]
        stacks += [thread.stack for thread in case.threads[0].values()] if case.threads else []
        return any(map(is_shutdown, stacks))

    @staticmethod
    def _tasks_left(case: Case) -> Remains | None:
        """Give the tasks of own code that wait for no other of them, units of work first."""
        kept = [
            task
            for task in case.latest.values()
            if own_stack(task.stack)
            and not is_shutdown(task.stack)
            and all(task.key in snapshot.tasks for snapshot in case.snapshots)
        ]
        parents = {number for task in kept for number in task.awaiters}
        tasks = [task for task in kept if task.id not in parents]
        units = [task for task in tasks if case.unit(task)]
        place, times = most_common_place(task.stack for task in units or tasks)
        confidence = ShutdownWaits._confidence(case, units or tasks)
        return Remains(place, len(tasks), times, "task", tasks, confidence) if tasks else None

    @staticmethod
    def _confidence(case: Case, tasks: list[Task]) -> str:
        """Say how sure it is that tasks do not end by themselves; empty where they move."""
        if any(task.cancels for task in tasks):
            return LIKELY
        fate = Holders(case).worst(tasks)
        if fate == ENDS:
            return POSSIBLE if case.long else ""
        return "" if fate == MOVES else case.by_time

    @staticmethod
    def _threads_left(case: Case) -> Remains:
        """Give the threads that sleep in a call of own code."""
        executors = Executors(case)
        stacks = [
            work_of(thread.stack)
            for thread in executors.latest.values()
            if thread.id not in {case.process.pid, case.process.main}
            and own_stack(work_of(thread.stack))
            and executors.stands(thread)
            and not waits_for_clients(thread.stack)
        ]
        place, times = most_common_place(stacks)
        return Remains(place, len(stacks), times, "thread", [], case.by_time)


def waits_for_clients(stack: Stack) -> bool:
    """Whether a thread accepts connections, as one that serves does for good."""
    found = wait_of(stack)
    return found is not None and found[0].family == ACCEPT
