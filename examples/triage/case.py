"""What the rules judge: one process, with what stands still in it and what moves."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TypeVar

from examples.triage.deadlines import EVER, LATE, deadlines_of, reaches_children
from examples.triage.group import SHARED, Group, Grouping, Waiting
from examples.triage.model import (
    ENDED,
    Connection,
    Key,
    Process,
    Snapshot,
    Stack,
    Task,
    Thread,
)
from examples.triage.waiters import Waiters, identity_of
from examples.triage.waits.index import is_idle, is_shutdown, root_of
from examples.triage.wording import spoken

# Seconds after which a wait that is always the same is evidence by itself. Calls of a few
# seconds are common, and one of ten is not.
LONG = 10.0
ALMOST = 0.9  # of `LONG`: the last snapshot may come early
# What somebody waits for and that ought to end. A session lasts as long as its client likes.
ENDING = ("request", "message", "job", "startup")
# Waits that say nothing outside of a unit of work: whatever lives as long as its process is
# in one of them.
PATIENT = ("get", "event", "condition", "future", "timer", "tasks", "client", "accept", "unknown")
# What only another task of the process can end.
INSIDE = (*SHARED, "get", "event", "condition", "barrier", "future", "tasks")
Value = TypeVar("Value")
POSSIBLE, LIKELY, CERTAIN = "possible", "likely", "certain"


def steps_of(numbers: Sequence[int]) -> list[int]:
    """Give the change from each number to the next."""
    return [after - before for before, after in zip(numbers, numbers[1:])]  # 3.9


class Case:
    """One process as the rules see it.

    Attributes:
        process: what was read.
        before: an earlier capture of the same process, or None.
        snapshots: those that could be read.
        grouping: its tasks, by what they wait for.
        explained: keys of the tasks that a finding explains.
        explained_threads: ids of the threads that a finding explains.
        kept_loops: ids of the threads whose loop a single step keeps.
        undecided: whether a rule would say more after a longer look.

    """

    def __init__(self, process: Process, before: Process | None = None) -> None:
        """Prepare what the rules ask for."""
        self.process = process
        self.before = before
        self.snapshots = [snapshot for snapshot in process.snapshots if snapshot.readable]
        self.grouping = Grouping(self.snapshots)
        self.explained: set[Key] = set()
        self.explained_threads: set[int] = set()
        self.kept_loops: set[int] = set()
        self.undecided = False

    # ------------------------------------------------------------------ time

    @property
    def samples(self) -> int:
        """Snapshots that could be read."""
        return len(self.snapshots)

    @cached_property
    def window(self) -> float:
        """Seconds from the first to the last snapshot."""
        times = [snapshot.time for snapshot in self.process.snapshots]
        return times[-1] - times[0] if times else 0.0

    @property
    def long(self) -> bool:
        """Whether the window is long enough for stillness to be evidence by itself."""
        return self.window >= ALMOST * LONG

    @property
    def by_time(self) -> str:
        """How sure a wait that lasts for the whole window makes."""
        return LIKELY if self.long else POSSIBLE

    def throughout(self, what: str) -> str:
        """Put the window into words."""
        return f"{what} for all {spoken(self.window)}"

    # ------------------------------------------------------------------ tasks

    @property
    def groups(self) -> list[Group]:
        """The tasks, by what they wait for, the largest group first."""
        return self.grouping.groups

    @property
    def last(self) -> Snapshot | None:
        """The last snapshot that could be read."""
        return self.snapshots[-1] if self.snapshots else None

    @property
    def latest(self) -> dict[Key, Task]:
        """Tasks of the last snapshot."""
        return self.last.tasks if self.last else {}

    @cached_property
    def by_id(self) -> dict[int, Task]:
        """Tasks of the last snapshot, by address."""
        return {task.id: task for task in self.latest.values()}

    def waiting(self, task: Task) -> Waiting:
        """Say what a task waits for."""
        return self.grouping.waiting(task)

    def stands(self, task: Task) -> bool:
        """Whether a task has not moved although its loop was free to move it."""
        return task.key in self.grouping.standing and self.thread_of(task) not in self.kept_loops

    def thread_of(self, task: Task) -> int:
        """Give the id of the thread that runs a task."""
        return task.thread or self.process.pid

    def open(self, tasks: Iterable[Task]) -> list[Task]:
        """Keep those that stand and that no finding explains yet."""
        return [task for task in tasks if self.stands(task) and task.key not in self.explained]

    @cached_property
    def _children(self) -> dict[int, list[Task]]:
        found: dict[int, list[Task]] = defaultdict(list)
        for task in self.latest.values():
            for number in task.awaiters:
                found[number].append(task)
        return found

    def children(self, task: Task) -> list[Task]:
        """Give the tasks that a task awaits."""
        return self._children.get(task.id, [])

    def _handed_down(self, own: dict[Key, Value]) -> dict[Key, Value]:
        """Give what some tasks have to all that they await, the nearest first."""
        found = dict(own)
        waiting = deque(self.latest[key] for key in own)
        while waiting:
            current = waiting.popleft()
            for child in self.children(current):
                if child.key not in found:
                    found[child.key] = found[current.key]
                    waiting.append(child)
        return found

    @cached_property
    def _units(self) -> dict[Key, str]:
        roots: dict[Stack, str] = {}
        for task in self.latest.values():
            if task.stack not in roots:
                root = root_of(task.stack)
                roots[task.stack] = root[0].unit if root else ""
        own = {key: roots[task.stack] for key, task in self.latest.items() if roots[task.stack]}
        return self._handed_down(own)

    def unit(self, task: Task) -> str:
        """Say of what unit of work a task is a part: request, session, message, job or none."""
        return self._units.get(task.key, "")

    @cached_property
    def _limited(self) -> set[Key]:
        return self._below_deadlines(LATE)

    @cached_property
    def _limited_late(self) -> set[Key]:
        return self._below_deadlines(EVER) - self._limited

    def _below_deadlines(self, within: float) -> set[Key]:
        now = self.last.time if self.last else 0.0
        found = ((key, deadlines_of(task, now, within)) for key, task in self.latest.items())
        limited = {key: limits for key, limits in found if limits}
        passed_on = {
            key: True
            for key, limits in limited.items()
            if reaches_children(
                self.latest[key], limits, waits=self.waiting(self.latest[key]).family == "tasks"
            )
        }
        return limited.keys() | self._handed_down(passed_on).keys()

    def deadline(self, task: Task) -> bool:
        """Whether a deadline is above the wait, in the task itself or in one that awaits it."""
        return task.key in self._limited

    def ends_late(self, tasks: Iterable[Task]) -> bool:
        """Whether a deadline is above each of the waits, and minutes away."""
        return all(task.key in self._limited_late for task in tasks)

    def unlimited(self, tasks: Iterable[Task]) -> str:
        """Say what is true of the deadlines of waits that none ends soon."""
        if self.ends_late(tasks):
            return f"the deadline above the wait is more than {spoken(LATE)} away"
        return "no deadline is above the wait"

    def in_flight(self, task: Task) -> bool:
        """Whether a task is in the middle of something that ought to end."""
        if is_idle(task.stack):
            return False
        waiting = self.waiting(task)
        if waiting.new_work:
            return self.unit(task) in ENDING and waiting.family not in {"client", "accept"}
        return waiting.family != "tasks" and (
            self.unit(task) in ENDING or (waiting.place.own and waiting.family not in PATIENT)
        )

    @cached_property
    def waiting_tasks(self) -> list[Task]:
        """Tasks that stand still in the middle of something, units of work first."""
        found = [
            task for task in self.latest.values() if self.stands(task) and self.in_flight(task)
        ]
        return sorted(found, key=lambda task: self.unit(task) not in ENDING)

    @cached_property
    def is_dead_end(self) -> bool:
        """Whether every task waits for another one, and nothing comes from outside."""
        return (
            all(
                self.stands(task) and self.waiting(task).family in INSIDE
                for task in self.latest.values()
            )
            and not any(one.connections or one.sources for one in self.snapshots)
            and all(child.state == ENDED for one in self.snapshots for child in one.children)
            and not any(one.hidden_clients for one in self.snapshots)
            and all(len(threads) == 1 for threads in self.threads)
        )

    # ------------------------------------------------------------------ objects

    def of_family(self, *families: str) -> list[Waiters]:
        """Give those who wait for something of these families, by the object they wait for."""
        found: dict[object, Waiters] = {}
        for task in self.latest.values():
            waiting = self.waiting(task)
            if waiting.family in families:
                waiters = found.setdefault(identity_of(waiting), Waiters(waiting.object, waiting))
                waiters.tasks.append(task)
                if self.stands(task):
                    waiters.standing.append(task)
        for identity, waiters in found.items():
            earlier = self._earlier(identity)
            again = {task.key for task in waiters.tasks if self._waits_again(task)}
            waiters.left = len(earlier - waiters.keys) + len(earlier & again)
        return sorted(found.values(), key=lambda waiters: -len(waiters.standing))

    def _waits_again(self, task: Task) -> bool:
        """Whether a task has got what it waited for, and waits at the same place once more."""
        before = [snapshot.tasks.get(task.key) for snapshot in self.snapshots[:-1]]
        return task.key not in self.grouping.standing and any(
            one is not None and one.stack == task.stack and one.future != task.future
            for one in before
        )

    def _earlier(self, identity: object) -> set[Key]:
        return self._identities.get(identity, set())

    @cached_property
    def _identities(self) -> dict[object, set[Key]]:
        found: dict[object, set[Key]] = defaultdict(set)
        for key in {key for snapshot in self.snapshots for key in snapshot.tasks}:
            for waiting in self.grouping.history(key):
                if waiting is not None:
                    found[identity_of(waiting)].add(key)
        return found

    # ------------------------------------------------------------------ threads

    @cached_property
    def threads(self) -> list[dict[int, Thread]]:
        """The threads at each moment at which they were read, the oldest first."""
        moments = [(sample.time, sample.threads) for sample in self.process.samples]
        moments += [(one.time, one.threads) for one in self.process.snapshots if one.threads]
        return [threads for _, threads in sorted(moments, key=lambda moment: moment[0])]

    @cached_property
    def thread_seconds(self) -> float:
        """Seconds from the first to the last reading of the threads."""
        times = [sample.time for sample in self.process.samples]
        times += [one.time for one in self.process.snapshots if one.threads]
        return max(times) - min(times) if times else 0.0

    def thread_history(self, number: int) -> list[Thread]:
        """Give one thread at each moment at which it was there."""
        return [threads[number] for threads in self.threads if number in threads]

    def load(self, number: int) -> float:
        """Give the CPU seconds per second of one thread."""
        history = self.thread_history(number)
        if len(history) < 2 or not self.thread_seconds:
            return 0.0
        return (history[-1].cpu - history[0].cpu) / self.thread_seconds

    def switches(self, number: int) -> float:
        """Give how often a second one thread gave up the CPU by itself."""
        history = self.thread_history(number)
        if len(history) < 2 or not self.thread_seconds:
            return 0.0
        return (history[-1].switches - history[0].switches) / self.thread_seconds

    # ------------------------------------------------------------------ the outside

    @property
    def clients(self) -> int | None:
        """Most connections from clients at one moment; None where they cannot be counted."""
        if not self.snapshots or any(one.hidden_clients for one in self.snapshots):
            return None
        return max(sum(map(_is_client, one.connections)) for one in self.snapshots)

    def kept_connections(self) -> list[Connection]:
        """Give the connections to the outside that were open all the time.

        No two sockets have one inode: what is there first and last was there between, also where
        a sample does not list it.
        """
        if not self.snapshots:
            return []
        first, last = self.snapshots[0].connections, self.snapshots[-1].connections
        kept = {entry.inode for entry in first if not entry.inbound}
        return [entry for entry in last if entry.inode in kept]

    def unanswered(self) -> list[float]:
        """Say for how long the other sides owe an answer, in seconds, the longest first.

        A connection on which we were the last to send waits for an answer; one on which the
        other side was the last is at rest.
        """
        ages = (
            min(entry.sent, entry.received)
            for entry in self.kept_connections()
            if entry.sent is not None and entry.received is not None
            if entry.sent <= entry.received
        )
        return sorted((age for age in ages if age >= ALMOST * self.window), reverse=True)

    def shutting_down(self) -> Iterator[Stack]:
        """Give the stacks that run only during a shutdown."""
        if self.last is None and not self.threads:
            return
        yield from (task.stack for task in self.latest.values() if is_shutdown(task.stack))
        for thread in self.threads[-1].values() if self.threads else ():
            if is_shutdown(thread.stack):
                yield thread.stack


def _is_client(connection: Connection) -> bool:
    return connection.inbound and connection.state == "established"
