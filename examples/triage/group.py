"""Tasks that wait alike: at the same place, for the same thing, seen over all snapshots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from examples.triage.model import NOWHERE, Frame, Key, Object, Snapshot, Stack, Task
from examples.triage.places import place_of
from examples.triage.waits.index import wait_of
from examples.triage.waits.kinds import (
    FUTURE,
    JOIN,
    LOCK,
    POOL,
    PUT,
    READ,
    RESULT,
    SEMAPHORE,
    SLOT,
    TASKS,
    Wait,
)

# Two of these are two groups: whoever waits for one of them does not wait for the other.
SHARED = (LOCK, SEMAPHORE, POOL, PUT, JOIN, SLOT)
# Objects of these families tell whether a task has moved on to another one.
# A library may ask for one of these again and again, and sleep in between.
ASKED_AGAIN = (*SHARED, RESULT)
SLEEPS = ("asyncio.tasks:sleep", "anyio._core._eventloop:sleep")
UNKNOWN = "unknown"  # a function of a library that no table knows
BARE_FUTURE = "a future"


class Waiting(NamedTuple):
    """What a task waits for.

    Attributes:
        place: innermost own frame; the outermost frame where none is own.
        function: the function of a library that waits; empty for a bare future.
        module: its module.
        family: a word of ``kinds``, or `UNKNOWN`.
        noun: what is waited for, in words.
        new_work: whether it waits for new work, which may last as long as it likes.
        object: the lock, queue or pool; None where that cannot be told.
        elsewhere: whether another process may hold it.

    """

    place: Frame
    function: str
    module: str
    family: str
    noun: str
    new_work: bool = False
    object: Object | None = None
    elsewhere: bool = False

    @property
    def label(self) -> Waiting:
        """Tell groups apart: by the object only where it is shared."""
        return self if self.family in SHARED else self._replace(object=None)


def waiting_of(task: Task, found: tuple[Wait, int] | None, *, has_children: bool) -> Waiting:
    """Say what a task waits for.

    Args:
        task: a task.
        found: what the tables say about its stack.
        has_children: whether another task is awaited by it.

    """
    place = place_of(task.stack)
    if found is not None:
        wait, index = found
        frame = task.stack[index]
        known = task.selves[index] if index < len(task.selves) else None
        family = READ if known is not None and known.type in wait.asking else wait.family
        return Waiting(
            place,
            frame.function,
            frame.module,
            family,
            wait.noun,
            wait.new_work,
            known,
            wait.elsewhere,
        )
    inner = task.stack[0] if task.stack else NOWHERE
    if has_children:
        name = "" if inner.own else inner.function
        return Waiting(place, name, inner.module, TASKS, "other tasks")
    if inner.own or inner is NOWHERE:
        return Waiting(place, "", "", FUTURE, BARE_FUTURE)
    return Waiting(place, inner.function, inner.module, UNKNOWN, inner.function)


@dataclass
class Group:
    """Tasks that wait alike.

    Attributes:
        waiting: what they wait for, and where.
        tasks: members in the last snapshot.
        standing: those of `tasks` that have not moved in any snapshot.
        counts: members in each snapshot.
        left: members of an earlier snapshot that are none in the last.

    """

    waiting: Waiting
    tasks: list[Task] = field(default_factory=list)
    standing: list[Task] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    left: int = 0

    @property
    def place(self) -> Frame:
        """The line of own code that waits."""
        return self.waiting.place

    @property
    def own(self) -> bool:
        """Whether the place is in own code."""
        return self.waiting.place.own

    @property
    def family(self) -> str:
        """What sort of thing is waited for."""
        return self.waiting.family

    @property
    def waiting_on(self) -> str:
        """The function that waits, or what is waited for."""
        return self.waiting.function or self.waiting.noun

    @property
    def moved(self) -> bool:
        """Whether any member came, went or moved on between the snapshots."""
        return (
            self.left > 0
            or len(self.standing) < len(self.tasks)
            or any(count != self.counts[0] for count in self.counts)
        )

    @property
    def delta(self) -> int:
        """Change of the count over the snapshots."""
        return self.counts[-1] - self.counts[0]

    @property
    def age(self) -> int:
        """Snapshots, counted back from the last, that have seen the group."""
        return next(
            (number for number, count in enumerate(reversed(self.counts)) if not count),
            len(self.counts),
        )


class Grouping:
    """The tasks of all snapshots, by what they wait for.

    Attributes:
        groups: the largest first.
        standing: keys of the tasks that were there in every snapshot and have not moved.

    """

    def __init__(self, snapshots: Sequence[Snapshot]) -> None:
        """Group the tasks of `snapshots`, the oldest first."""
        self._tables: dict[Stack, tuple[Wait, int] | None] = {}
        self._waiting: list[dict[Key, Waiting]] = [
            self._waitings(snapshot.tasks.values()) for snapshot in snapshots
        ]
        self.standing = self._find_standing(snapshots)
        self.groups = self._find_groups(snapshots)

    def waiting(self, task: Task) -> Waiting:
        """Say what a task of the last snapshot waits for."""
        return self._waiting[-1][task.key]

    def history(self, key: Key) -> list[Waiting | None]:
        """Say what the task has waited for in each snapshot; None where it was not there."""
        return [here.get(key) for here in self._waiting]

    def _waitings(self, tasks: Iterable[Task]) -> dict[Key, Waiting]:
        parents = {number for task in tasks for number in task.awaiters}
        found = {}
        for task in tasks:
            if task.stack not in self._tables:
                self._tables[task.stack] = wait_of(task.stack)
            known = self._tables[task.stack]
            found[task.key] = waiting_of(task, known, has_children=task.id in parents)
        return found

    def _find_standing(self, snapshots: Sequence[Snapshot]) -> set[Key]:
        if len(snapshots) < 2:
            return set()
        *earlier, last = snapshots
        return {
            key
            for key, task in last.tasks.items()
            if not task.running
            and (
                all(stood(old.tasks.get(key), task) for old in earlier)
                or self._polls([snapshot.tasks.get(key) for snapshot in snapshots])
            )
        }

    def _polls(self, moments: Sequence[Task | None]) -> bool:
        """Whether a task has asked for one shared thing again and again, and slept in between."""
        outer = set()
        sleeps = False
        for task in moments:
            found = self._tables.get(task.stack) if task is not None else None
            if task is None or found is None or found[0].family not in ASKED_AGAIN:
                return False
            index = found[1]
            known = task.selves[index] if index < len(task.selves) else None
            # Between two attempts the function itself is at another line.
            outer.add((task.stack[index].name, task.stack[index + 1 :], known))
            sleeps = sleeps or any(frame.name in SLEEPS for frame in task.stack[:index])
        return sleeps and len(outer) == 1

    def _find_groups(self, snapshots: Sequence[Snapshot]) -> list[Group]:
        groups: dict[Waiting, Group] = {}
        members: list[dict[Waiting, set[Key]]] = []
        for number, snapshot in enumerate(snapshots):
            here: dict[Waiting, set[Key]] = defaultdict(set)
            for key, task in snapshot.tasks.items():
                label = self._waiting[number][key].label
                here[label].add(key)
                group = groups.setdefault(label, Group(label))
                if number == len(snapshots) - 1:
                    group.tasks.append(task)
                    if key in self.standing:
                        group.standing.append(task)
            members.append(here)
        for label, group in groups.items():
            sets = [here.get(label, set()) for here in members]
            group.counts = [len(keys) for keys in sets]
            group.left = len(set().union(*sets) - sets[-1])
        return sorted(groups.values(), key=lambda group: (-group.counts[-1], group.place))


def stood(before: Task | None, after: Task) -> bool:
    """Whether a task is where it was.

    Another future at the same place is movement. The same address proves nothing: a
    loop with one timer uses it again and again.
    """
    return (
        before is not None
        and not before.running
        and before.stack == after.stack
        and (before.future == after.future or not before.future or not after.future)
    )
