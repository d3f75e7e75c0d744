"""Who waits for whom: units of work, what they wait for, and who holds that.

The root of a tree is a holder that waits for nothing that another task holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from examples.triage.case import Case
from examples.triage.group import SHARED
from examples.triage.holders import Holders
from examples.triage.model import Key, Task
from examples.triage.say.words import clean, place_text, wrapped
from examples.triage.waiters import Waiters
from examples.triage.waits.kinds import TASKS
from examples.triage.wording import counted

MOST_TREES = 20
DEEPEST_TREE = 20


class Tree:
    """The wait-for graph of one process."""

    def __init__(self, case: Case) -> None:
        """Find who holds what others wait for."""
        self.case = case
        self.holders = Holders(case)
        self.queues = case.of_family(*SHARED)
        self.queue_of = {task.key: queue for queue in self.queues for task in queue.tasks}
        self.held: dict[Key, list[Waiters]] = {}
        self.free: list[Waiters] = []
        for queue in self.queues:
            tasks = [task for task in self.holders.of(queue).tasks if task.key not in queue.keys]
            for task in tasks:
                self.held.setdefault(task.key, []).append(queue)
            if not tasks:
                self.free.append(queue)
        self._done: set[int] = set()

    def lines(self) -> Iterator[str]:
        """Write the graph, the holder that stops most units of work first."""
        tasks = self.case.latest
        roots = [tasks[key] for key in self.held if key not in self.queue_of]
        roots.sort(key=lambda task: -sum(map(self.stopped, self.held[task.key])))
        for queue in self.free:
            yield from self._branch(queue, 0, "held by no task")
        for task in [*roots, *(tasks[key] for key in self.held)]:
            queues = [queue for queue in self.held[task.key] if id(queue) not in self._done]
            if queues:
                kept = "" if task.key not in self.queue_of else ", in a circle or behind others"
                yield from wrapped(f"{self._name(task)} {self.holders.describe(task)}{kept}", "  ")
                for queue in queues:
                    yield from self._branch(queue, 1, self._others(queue, task))
        yield from self._rest()

    def stopped(self, queue: Waiters, depth: int = 0) -> int:
        """Count the tasks that a queue stops, and those that these stop in turn."""
        below = (
            self.stopped(other, depth + 1)
            for task in queue.tasks
            for other in self.held.get(task.key, ())
            if depth < DEEPEST_TREE
        )
        return len(queue.tasks) + sum(below)

    def _branch(self, queue: Waiters, depth: int, about: str) -> Iterator[str]:
        self._done.add(id(queue))
        thing = queue.object
        what = f"{thing.type} {thing.address:#x}" if thing else queue.waiting.noun
        where = f"{place_text(queue.place, self.case.process)} {queue.place.function}".strip()
        text = f"{self.units(queue.tasks)} for {what}, {about}: {where}"
        indent = "  " * (depth + 1)
        yield from wrapped(clean(text), indent, f"{indent}  ")
        for task in queue.tasks:
            for other in self.held.get(task.key, ()):
                if id(other) not in self._done and depth < DEEPEST_TREE:
                    name = f"held by {self._name(task)}, one of these"
                    yield from self._branch(other, depth + 1, name)

    def _others(self, queue: Waiters, task: Task) -> str:
        others = [one for one in self.holders.of(queue).tasks if one is not task]
        return f"held by it and by {names_of(others)}" if others else "held by it"

    def _rest(self) -> Iterator[str]:
        """Write what stands still without waiting for something that a task holds."""
        count: Counter[tuple[str, str]] = Counter()
        members: dict[tuple[str, str], list[Task]] = {}
        for task in self.case.latest.values():
            waiting = self.case.waiting(task)
            unit = self.case.unit(task)
            shown = task.key in self.queue_of or task.key in self.held
            if shown or waiting.family == TASKS or not unit:
                continue
            name = unit, self.holders.describe(task)
            count[name] += 1
            members.setdefault(name, []).append(task)
        for (_, described), _ in count.most_common(MOST_TREES):
            tasks = next(found for name, found in members.items() if name[1] == described)
            yield from wrapped(clean(f"{self.units(tasks, described)}"), "  ")
        if len(count) > MOST_TREES:
            yield f"  and {len(count) - MOST_TREES} more places"

    def units(self, tasks: Sequence[Task], verb: str = "") -> str:
        """Count tasks by the unit of work that each is a part of."""
        kinds = Counter(self.case.unit(task) or "task" for task in tasks)
        text = " and ".join(counted(number, unit) for unit, number in kinds.most_common())
        if verb:
            return f"{text}: {verb}"
        return f"{text} {'waits' if len(tasks) == 1 else 'wait'}"

    def _name(self, task: Task) -> str:
        unit = self.case.unit(task)
        return clean(f"{task.name} ({unit})" if unit else task.name)


def tree_text(case: Case) -> Iterator[str]:
    """Write the wait-for graph of one process."""
    process = case.process
    units: Iterable[Task] = (task for task in case.latest.values() if case.unit(task))
    yield f"PID {process.pid}: {process.role}, {counted(len(list(units)), 'task')} in units of work"
    lines = list(Tree(case).lines())
    yield from lines or ["  no unit of work is in flight, and nobody waits for what a task holds"]


def names_of(tasks: Sequence[Task], most: int = 3) -> str:
    """Name some tasks."""
    more = len(tasks) - most
    names = ", ".join(task.name for task in tasks[:most])
    return f"{names} and {more:,} more" if more > 0 else names
