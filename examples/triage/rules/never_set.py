"""The rule about events, conditions and futures that nobody completes."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import ENDING, LIKELY, LONG, POSSIBLE, Case
from examples.triage.children import living
from examples.triage.executors import Executors, is_busy, waits_for_work
from examples.triage.model import Task
from examples.triage.places import own_stack, same_function
from examples.triage.rules.outbound import by_place, takes_its_time
from examples.triage.rules.rule import LOST_WORK_PAGE, Finding, Rule
from examples.triage.waits.kinds import BARRIER, CONDITION, EVENT, FUTURE, GET
from examples.triage.wording import counted


class NeverSet(Rule):
    """Units of work wait for something that another task ought to do."""

    id = "never-set"
    cause = "lost-work"
    page = LOST_WORK_PAGE
    condition = (
        "Requests or jobs wait for an event, a condition, a queue or a future of this process for"
        " the whole window; or tasks wait at a barrier, or where nothing is left to end the wait."
    )
    sentence = "Lost wake-up: whoever should set, notify or answer this has not done so."
    why = (
        "Only another task of the process can end this wait, and a task that died or was"
        " cancelled leaves no trace in the tree."
        " A session or a background task may wait like this for as long as it likes, and the last"
        " party at a barrier of sessions is a client that has not come yet."
    )
    families = (EVENT, CONDITION, BARRIER, GET, FUTURE)
    several = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"1 task, throughout; likely for {self.several} of them from {LONG:g} s on"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each place whether units of work stand there."""
        if case.samples < 2:
            return
        for tasks in by_place(case, self.families):
            stuck = [task for task in case.open(tasks) if self._is_judged(case, task)]
            limited = [task for task in stuck if case.deadline(task)]
            if limited and not self._counts_limited(case, limited):
                stuck = [task for task in stuck if not case.deadline(task)]
            if not any(case.unit(task) for task in stuck) and (
                not stuck or self._share_a_queue(case, stuck) or self._is_lone_future(case, stuck)
            ):
                continue
            if self._outlive_clients(case, stuck) or (
                stuck and takes_its_time(case, stuck, case.of_family(*self.families))
            ):
                continue
            if stuck and not self._has_helper(case, stuck) and not self._is_late(case, stuck):
                yield self._found(case, stuck, limited)

    @staticmethod
    def _is_judged(case: Case, task: Task) -> bool:
        """Whether the wait ought to end: in a unit of work, at a barrier, or in a dead end."""
        waiting = case.waiting(task)
        if _only_watches(case, task):
            return False
        if case.unit(task) in ENDING or (
            waiting.family == BARRIER and waiting.place.own and case.unit(task) != "session"
        ):
            return True
        # A program may wait for a signal in its outermost function.
        is_called = len(own_stack(task.stack)) > 1
        if waiting.family in {EVENT, CONDITION, GET}:
            return is_called and case.is_dead_end
        if waiting.family == FUTURE and is_called:
            case.undecided = True
            return case.long
        return False

    @staticmethod
    def _share_a_queue(case: Case, stuck: list[Task]) -> bool:
        """Whether background tasks wait for items of one queue: workers with nothing to do."""
        queues = {case.waiting(task).object for task in stuck}
        return case.waiting(stuck[0]).family == GET and len(queues) < max(len(stuck), 2)

    def _outlive_clients(self, case: Case, stuck: list[Task]) -> bool:
        """Whether handlers wait at queues of their own, most of them for clients that have left."""
        queues = {case.waiting(task).object for task in stuck}
        return (
            len(stuck) >= self.several
            and case.waiting(stuck[0]).family == GET
            and len(queues) == len(stuck)
            and all(case.unit(task) == "request" for task in stuck)
            and case.clients is not None
            and 2 * case.clients < len(stuck)
        )

    def _is_lone_future(self, case: Case, stuck: list[Task]) -> bool:
        """Whether one background task waits for a future, which may be that of its end."""
        return (
            len(stuck) < self.several
            and case.waiting(stuck[0]).family == FUTURE
            and not case.is_dead_end
        )

    @staticmethod
    def _is_late(case: Case, stuck: list[Task]) -> bool:
        """Whether a party of a barrier is on its way."""
        waiting = case.waiting(stuck[0])
        return waiting.family == BARRIER and any(
            not case.stands(task)
            and any(same_function(frame, waiting.place) for frame in task.stack)
            for task in case.latest.values()
        )

    def _counts_limited(self, case: Case, limited: list[Task]) -> bool:
        """Whether tasks with a deadline count: on a bare future that several wait for long."""
        family = case.waiting(limited[0]).family
        return family == FUTURE and case.long and len(limited) >= self.several

    @staticmethod
    def _has_helper(case: Case, stuck: list[Task]) -> bool:
        """Whether a thread or a child process may be at work on a bare future."""
        if case.waiting(stuck[0]).family != FUTURE:
            return False
        executors = Executors(case)
        helps = any(
            is_busy(one) and not (executors.stands(one) and waits_for_work(one.stack))
            for pool in executors.pools.values()
            for one in pool
        )
        return helps or any(child.python for child in living(case))

    def _found(self, case: Case, stuck: list[Task], limited: list[Task]) -> Finding:
        waiting = case.waiting(stuck[0])
        unit = case.unit(stuck[0]) or "task"
        same = {case.waiting(task).object or task.future for task in stuck}
        evidence = (
            case.throughout(f"{counted(len(stuck), unit)} waited for {waiting.noun}"),
            "all of them wait for the same one" if len(same) == 1 and len(stuck) > 1 else "",
            "" if limited else case.unlimited(stuck),
            (
                "nothing is left in the process that could end the wait"
                if case.is_dead_end
                else "the task that should end the wait is not known: look for one that died"
            ),
        )
        in_unit = any(case.unit(task) for task in stuck) or waiting.family != FUTURE
        forever = not limited and not case.ends_late(stuck)
        sure = case.long and len(stuck) >= self.several and forever and in_unit
        return self.finding(waiting.place, LIKELY if sure else POSSIBLE, evidence, members=stuck)


def _only_watches(case: Case, task: Task) -> bool:
    """Whether a library's task is waited for beside another one, so that the first may end."""
    above = (case.by_id[number] for number in task.awaiters if number in case.by_id)
    return not case.waiting(task).place.own and any(len(case.children(one)) > 1 for one in above)
