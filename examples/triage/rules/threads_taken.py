"""The rule about pools of threads that are full."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import ENDING, INSIDE, LIKELY, LONG, Case
from examples.triage.executors import Executors, is_busy, work_of, worker_index
from examples.triage.group import UNKNOWN
from examples.triage.model import Task, Thread
from examples.triage.places import most_common_place
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.kinds import CONNECT, FUTURE, RESOLVE, SLOT, THREAD
from examples.triage.wording import counted


class ThreadsTaken(Rule):
    """Calls that do not return hold every thread of a pool."""

    id = "threads-taken"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = (
        "Every thread of a pool, or as many as its limiter admits, sleeps in the same call, and"
        " more tasks wait for one."
    )
    sentence = "Thread pool exhaustion: calls that do not return hold every thread."
    why = (
        "A task waits for a thread only when all are taken, and a name is resolved in one too."
        " A deadline ends the wait for a call and not its thread, so a pool may be full of calls"
        " that nobody waits for, while each new task gives up in the queue."
        " A thread that computes or goes from call to call is not stuck; the stacks of the"
        " others show what takes them."
    )
    fewest = 1  # task more than threads
    several = 2  # threads that tasks have given up

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"every thread of the pool, and {self.fewest} task more than these, throughout;"
            f" likely from {LONG:g} s on, or where threads wait for their own pool; or"
            f" {self.several} threads that nobody waits for, from {LONG:g} s on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each pool whether any of its threads is at rest or moves."""
        executors = Executors(case)
        if case.samples < 2:
            return
        slots = self._standing(case, SLOT)
        calls = [*self._standing(case, THREAD, RESOLVE, FUTURE, UNKNOWN), *self._resolving(case)]
        for pool in executors.pools.values():
            # A limiter admits so many calls, whatever threads are left of earlier ones.
            admitted = slots and _has_limiter(pool)
            threads = list(filter(is_busy, pool)) if admitted else pool
            if not threads or not all(is_busy(one) and executors.stands(one) for one in threads):
                continue
            own_pool = sum(map(executors.waits_for_own_pool, threads))
            if self._others_work(case, executors, pool):
                own_pool = 0
            queued = bool(slots) or len(calls) - len(threads) >= self.fewest
            if queued or own_pool == len(threads):
                case.explained_threads |= {thread.id for thread in threads}
                yield self._found(case, threads, slots, calls, own_pool)
            elif asking := self._asking(case, executors, threads, calls):
                yield self._given_up(case, threads, asking)

    def _asking(
        self, case: Case, executors: Executors, threads: list[Thread], calls: list[Task]
    ) -> list[Task]:
        """Give tasks that ask for a thread and give up, where earlier ones have left theirs."""
        asking = [
            task
            for waiters in case.of_family(THREAD)
            for task in waiters.tasks
            if not case.stands(task) and case.deadline(task)
        ]
        if executors.any_moves or calls or len(threads) < self.several or not asking:
            return []
        case.undecided = True
        return asking if case.long else []

    def _given_up(self, case: Case, threads: list[Thread], asking: list[Task]) -> Finding:
        place, _ = most_common_place(work_of(thread.stack) for thread in threads)
        if not place.own:
            place, _ = most_common_place(task.stack for task in asking)
        evidence = (
            case.throughout(
                f"{counted(len(threads), 'thread')} of the pool slept in the same call"
            ),
            "nobody waits for these calls any more: a deadline ends the wait and not the thread",
            f"{counted(len(asking), 'task')} waited for a free thread, below a deadline",
        )
        return self.finding(place, case.by_time, evidence, members=asking)

    @staticmethod
    def _others_work(case: Case, executors: Executors, threads: list[Thread]) -> bool:
        """Whether a call of another pool or a task may bring what the threads wait for."""
        calls = (
            thread
            for others in executors.pools.values()
            if others is not threads
            for thread in others
            if is_busy(thread) and not executors.waits_for_own_pool(thread)
        )
        tasks = (
            task
            for task in case.latest.values()
            if not case.stands(task)
            or case.waiting(task).family not in {*INSIDE, THREAD, SLOT, RESOLVE, CONNECT}
        )
        return any(True for _ in calls) or any(True for _ in tasks)

    @staticmethod
    def _standing(case: Case, *families: str) -> list[Task]:
        return [
            task
            for waiters in case.of_family(*families)
            for task in case.open(waiters.standing)
            if waiters.waiting.family not in {FUTURE, UNKNOWN}
            or waiters.place.own
            or (waiters.waiting.family == UNKNOWN and case.unit(task) in ENDING)
        ]

    @staticmethod
    def _resolving(case: Case) -> list[Task]:
        """Give tasks that connect, and for that resolve a name in a thread."""
        return [
            task
            for waiters in case.of_family(CONNECT)
            for task in case.open(waiters.standing)
            if any(frame.function.endswith("getaddrinfo") for frame in task.stack)
        ]

    def _found(
        self,
        case: Case,
        threads: list[Thread],
        slots: list[Task],
        calls: list[Task],
        own_pool: int,
    ) -> Finding:
        place, times = most_common_place(work_of(thread.stack) for thread in threads)
        waiting = slots or calls
        shown = place if place.own else most_common_place(task.stack for task in calls)[0]
        count = len(slots) or len(calls) - len(threads)
        evidence = [
            case.throughout(
                f"{counted(len(threads), 'thread')} of the pool slept in the same call, {times} of"
                f" these in {place.function}"
            ),
            case.throughout(f"{counted(max(count, 0), 'task')} waited for a free thread"),
        ]
        if own_pool:
            evidence.append(
                f"{own_pool} of the threads wait for the result of another call, which needs a"
                " thread of a pool itself"
            )
        certain = own_pool == len(threads)
        return self.finding(
            shown if shown.own else place,
            LIKELY if certain else case.by_time,
            evidence,
            members=waiting,
            explains=calls,
            count=len(waiting),
        )


def _has_limiter(pool: list[Thread]) -> bool:
    index = worker_index(pool[0].stack)
    return index is not None and pool[0].stack[index].module.startswith("anyio.")
