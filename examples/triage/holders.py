"""Who holds what tasks wait for, and whether the holders move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from examples.triage.case import Case
from examples.triage.deadlines import LATE
from examples.triage.executors import Executors
from examples.triage.group import SHARED
from examples.triage.model import Key, Object, Task
from examples.triage.places import own_frame, same_function
from examples.triage.waiters import Waiters
from examples.triage.waits.index import is_idle, library_of
from examples.triage.waits.kinds import (
    FUTURE,
    LOCK,
    POOL,
    RESULT,
    RETRY,
    SEMAPHORE,
    SEND,
    TASKS,
    THREAD,
    TIMER,
    WRITE,
)
from examples.triage.wording import spoken

MOVES = "moves"
ENDS = "ends"  # stands still, but a timer or a deadline ends that
STANDS = "stands"
DEEPEST = 100  # waits that are followed from one task to the next
PRIMITIVES = ("asyncio.", "anyio.")  # their own objects are what is waited for


class Holding(NamedTuple):
    """Who holds what tasks wait for.

    Attributes:
        tasks: the holders.
        exact: whether a frame of each keeps the very object; else they only seem to.

    """

    tasks: list[Task]
    exact: bool


class Holders:
    """Answers who holds what, for one case."""

    def __init__(self, case: Case) -> None:
        """Look at the tasks of `case`."""
        self.case = case
        self.executors = Executors(case)
        self._fates: dict[Key, str] = {}
        self._depth = 0

    @cached_property
    def _by_object(self) -> dict[int, list[Task]]:
        found: dict[int, list[Task]] = defaultdict(list)
        for task in self.case.latest.values():
            for address in {held.object.address for held in task.held}:
                found[address].append(task)
        return found

    @cached_property
    def _queues(self) -> dict[int, Waiters]:
        return {
            waiters.object.address: waiters
            for waiters in self.case.of_family(*SHARED)
            if waiters.object is not None
        }

    def exact(self, address: int) -> list[Task]:
        """Give the tasks with a frame that has entered the object at `address`."""
        return self._by_object.get(address, [])

    def of(self, waiters: Waiters) -> Holding:
        """Give the tasks that hold what `waiters` wait for."""
        # Who has entered the pool itself owns it, and has no connection of it.
        if waiters.object is not None and waiters.waiting.family != POOL:
            found = self.exact(waiters.object.address)
            if found:
                return Holding(found, exact=True)
        others = [task for task in self.case.latest.values() if task.key not in waiters.keys]
        return Holding([task for task in others if self._seems(task, waiters)], exact=False)

    def _seems(self, task: Task, waiters: Waiters) -> bool:
        """Whether a task seems to be past the place at which `waiters` wait."""
        if is_idle(task.stack):
            return False
        place, waiting = waiters.place, self.case.waiting(task)
        if waiting.family == waiters.waiting.family and same_function(waiting.place, place):
            return False  # it waits for another one of these
        if place.own and any(same_function(frame, place) for frame in task.stack):
            return True
        if self._entered_alike(task, waiters) or self._uses_alike(task, waiters):
            return True
        if self._streams_alike(task, waiters):
            return True
        return waiters.waiting.family == POOL and self._has_loan(task, waiters.waiting.module)

    def _has_loan(self, task: Task, module: str) -> bool:
        """Whether a task uses the library of a pool, or has entered what the pool lends."""
        library = library_of(module)
        loans = {loan.partition(":")[2] for loan in library.loans} if library else set()
        base = module.partition(".")[0]
        return any(held.object.type in loans for held in task.held) or any(
            frame.module.partition(".")[0] == base for frame in task.stack if not frame.own
        )

    def _streams_alike(self, task: Task, waiters: Waiters) -> bool:
        """Whether a task sends to its client what a generator like that of `waiters` gives.

        The generator is suspended meanwhile, with all that it holds, and on no stack.
        """
        if self.case.waiting(task).family not in {SEND, WRITE} or own_frame(task.stack):
            return False
        stack = waiters.tasks[0].stack
        runners = [after for frame, after in zip(stack, stack[1:]) if frame.own and not after.own]
        return any(same_function(frame, runners[-1]) for frame in task.stack if runners)

    def _uses_alike(self, task: Task, waiters: Waiters) -> bool:
        """Whether a task is in the call of a library's object that makes the others wait.

        A client of one connection takes its lock in the method that `waiters` are in as well.
        """
        within = set(_calls_of(waiters.tasks[0]))
        return any(call in within for call in _calls_of(task))

    def _entered_alike(self, task: Task, waiters: Waiters) -> bool:
        """Whether a task has entered the kind of context that `waiters` are about to enter.

        A pool lends through contexts of their own, and so does a wrapper of yours around a
        lock: the waiter is in its ``__aenter__`` or its generator, the holder past it.
        """
        entering = set()
        for frame in waiters.tasks[0].stack:
            name, _, method = frame.function.rpartition(".")
            if method in {"__aenter__", "__enter__"}:
                if frame.own or waiters.waiting.family == POOL:
                    entering.add(name)
            elif frame.own:
                entering.add(frame.function)
        return any((held.function or held.object.type) in entering for held in task.held)

    def fate(self, task: Task) -> str:
        """Say whether a task moves, will move by itself, or stands still."""
        if task.key not in self._fates:
            # Who waits for itself in the end stands still.
            self._fates[task.key] = STANDS
            if self._depth < DEEPEST:
                self._depth += 1
                self._fates[task.key] = self._find_fate(task)
                self._depth -= 1
        return self._fates[task.key]

    def _find_fate(self, task: Task) -> str:
        waiting = self.case.waiting(task)
        if not self.case.stands(task):
            return MOVES
        if waiting.family in {TIMER, RETRY, RESULT} or self.case.deadline(task):
            return ENDS
        if waiting.family in {THREAD, FUTURE} and self.executors.any_moves:
            return MOVES
        return self.worst(self._waited_for(task))

    def _waited_for(self, task: Task) -> list[Task]:
        """Give the tasks that have to go on before `task` can."""
        waiting = self.case.waiting(task)
        if waiting.family == TASKS:
            return self.case.children(task)
        if waiting.family in {LOCK, SEMAPHORE, POOL} and waiting.object is not None:
            queue = self._queues.get(waiting.object.address)
            return [other for other in self.of(queue).tasks if other is not task] if queue else []
        return []

    def worst(self, tasks: Iterable[Task]) -> str:
        """Say what becomes of a set of tasks: it moves when one moves."""
        fates = {self.fate(task) for task in tasks}
        return next((fate for fate in (MOVES, ENDS) if fate in fates), STANDS)

    def describe(self, task: Task) -> str:
        """Say what a holder waits for, and where."""
        waiting = self.case.waiting(task)
        inner = own_frame(task.stack)
        where = f" at line {inner.line} of {inner.function}" if inner and inner.line else ""
        limit = ", under a deadline" if self.case.deadline(task) else ", with no deadline"
        if self.case.ends_late([task]):
            limit = f", under a deadline that is more than {spoken(LATE)} away"
        if waiting.family in {TIMER, RETRY}:
            limit = ""
        return f"waits in {waiting.function or 'a bare future'}{where}{limit}"

    def cycles(self) -> list[list[Task]]:
        """Find tasks that wait for each other in a circle, through tasks and through locks."""
        edges = {task.id: self._waits_for(task) for task in self.case.latest.values()}
        found: list[list[Task]] = []
        while True:
            circle = find_cycle(edges)
            if not circle:
                return found
            found.append([self.case.by_id[number] for number in circle])
            for number in circle:
                edges.pop(number)

    def _waits_for(self, task: Task) -> list[int]:
        if not self.case.stands(task):
            return []
        found = [child.id for child in self.case.children(task) if self.case.stands(child)]
        waiting = self.case.waiting(task)
        if waiting.object is not None and waiting.family in {LOCK, SEMAPHORE}:
            holders = self.exact(waiting.object.address)
            # A semaphore has many holders: one that goes on is enough to end the wait.
            if waiting.family == LOCK or all(map(self._is_queued, holders)):
                found += [holder.id for holder in holders]
        return found

    def _is_queued(self, task: Task) -> bool:
        return self.case.stands(task) and self.case.waiting(task).family in SHARED


def _calls_of(task: Task) -> Iterator[tuple[str, Object]]:
    """Give the methods of libraries that own code has called, each with its object."""
    for frame, known in zip(task.stack, task.selves):
        if frame.own:
            return
        if known is not None and not frame.module.startswith(PRIMITIVES):
            yield frame.name, known


def find_cycle(edges: dict[int, list[int]]) -> list[int]:
    """Give the nodes of one circle, each followed by the one that it points to; or nothing."""
    done: set[int] = set()
    for start in edges:
        path: list[int] = []
        on_path: dict[int, int] = {}
        branches = [iter((start,))]
        while branches:
            number = next(branches[-1], None)
            if number is None:
                branches.pop()
                if path and len(path) == len(branches):
                    done.add(path[-1])
                    del on_path[path.pop()]
            elif number in on_path:
                return path[on_path[number] :]
            elif number in edges and number not in done:
                on_path[number] = len(path)
                path.append(number)
                branches.append(iter(edges[number]))
    return []
