"""What the rules judge."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from examples.triage.before.group import Group, own_frame
from examples.triage.before.model import NOWHERE, Frame, Key, Process, Stack, Task
from examples.triage.before.stacks import BOTTOM

LONGEST_WAY_UP = 200  # awaiters that may lead up from a task before it is called endless
# Roots of work that somebody waits for. A request is over when its function is.
REQUEST_ROOTS = ("RequestResponseCycle.run_asgi",)
SESSION_ROOTS = (
    "WebSocketsSansIOProtocol.run_asgi",
    "WebSocketProtocol.run_asgi",
    "WSProtocol.run_asgi",
)
# Functions that may wait for long on purpose. Which command a Redis client has
# sent is not on the stack, and BLPOP waits for as long as it likes.
MEANT_TO_WAIT = re.compile(
    r"^(?:StreamingResponse|EventSourceResponse|PubSub)\.|^Redis\._?execute_command"
)
LOOP_FRAMES = (
    "BaseEventLoop.run_forever",
    "BaseEventLoop.run_until_complete",
    "BaseEventLoop._run_once",
    "Runner.run",
)


@dataclass(frozen=True)
class Finding:
    """A named cause at a place, with what speaks for it."""

    place: Frame
    tasks: int
    confidence: str
    evidence: list[str]


@dataclass
class Case:
    """Everything about one process that the rules judge.

    Attributes:
        process: what was read.
        window: seconds from the first to the last sample.
        groups: its tasks.

    """

    process: Process
    window: float
    groups: list[Group]

    @property
    def samples(self) -> int:
        """Samples that could be read."""
        return len(self.process.snapshots)

    @property
    def latest(self) -> dict[Key, Task]:
        """Tasks of the last sample."""
        return self.process.snapshots[-1] if self.process.snapshots else {}

    @property
    def main_stacks(self) -> list[tuple[str, Stack]]:
        """State and stack of the main thread at each look."""
        main = self.process.main
        return [(look.state, look.threads.get(main, ())) for look in self.process.looks]

    @property
    def loop_stacks(self) -> list[tuple[str, Stack]]:
        """The same where an event loop runs: a supervisor without tasks may sleep anywhere."""
        has_no_task = self.process.snapshots and not self.latest
        return [] if has_no_task else self.main_stacks

    def of_kind(self, *kinds: str) -> list[Group]:
        """Give the groups that wait in one of these ways."""
        return [found for found in self.groups if found.kind in kinds]

    def roots_of(self, task: Task) -> list[Task]:
        """Follow the awaiters up to those that nobody awaits."""
        by_id = {other.id: other for other in self.latest.values()}
        seen, waiting, roots = {task.id}, [task], []
        while waiting:
            current = waiting.pop()
            above = [by_id[number] for number in current.awaiters if number in by_id]
            if not above:
                roots.append(current)
            fresh = [other for other in above if other.id not in seen]
            seen.update(other.id for other in fresh)
            waiting += fresh
        return roots

    def is_below(self, task: Task, functions: tuple[str, ...]) -> bool:
        """Whether a root of `task` began in one of `functions`."""
        return any(
            root.stack and root.stack[-1].function in functions for root in self.roots_of(task)
        )

    def during(self, what: str) -> str:
        """Put the window into words."""
        return f"{what} in all {self.samples} samples"


def counted(number: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def inside_callback(stack: Stack) -> bool:
    """Whether the thread is in a task or a callback, and not in the loop itself.

    A stack ends where C called Python. So the stack of a step of the loop does
    not reach the module that started the loop, and that of a waiting loop does.
    """
    return bool(
        stack
        and stack[-1].function not in BOTTOM
        and not any(frame.function in LOOP_FRAMES for frame in stack)
    )


Judge = Callable[[Case], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """One rule, as --rules prints it.

    Attributes:
        id: name of the rule.
        cause: the cause that it names.
        condition: when it speaks.
        threshold: how much is needed.
        sentence: what it says to the reader, about the place.
        why: why this is honest evidence, and what is not.
        page: where the runbook goes on.
        judge: the rule itself.

    """

    id: str
    cause: str
    condition: str
    threshold: str
    sentence: str
    why: str
    page: str
    judge: Judge


def most_common_place(stacks: Iterable[Stack]) -> tuple[Frame, int]:
    """Give the function of your code that most stacks are in, and how many are."""
    frames: dict[tuple[str, str], Frame] = {}
    count: Counter[tuple[str, str]] = Counter()
    for stack in stacks:
        if frame := own_frame(stack) or (stack[0] if stack else None):
            frames.setdefault((frame.file, frame.function), frame)
            count[frame.file, frame.function] += 1
    if not count:
        return NOWHERE, 0
    (place, times), *_ = count.most_common(1)
    return frames[place], times


def other_threads_load(case: Case) -> float:
    """CPU seconds per second of all threads but the main one."""
    if len(case.process.cpu) < 2 or not case.window:
        return 0.0
    first, last = case.process.cpu[0], case.process.cpu[-1]
    used = (last[tid] - first.get(tid, 0.0) for tid in last if tid != case.process.pid)
    return sum(used) / case.window


def find_cycle(tasks: Iterable[Task]) -> list[Task]:
    """Give the tasks of one circle of awaits, in the order of awaiting; empty without one."""
    by_id = {task.id: task for task in tasks}
    done: set[int] = set()
    for start in by_id:
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
                # Awaiters were followed, so the circle is read backwards.
                return [by_id[other] for other in reversed(path[on_path[number] :])]
            elif number in by_id and number not in done:
                on_path[number] = len(path)
                path.append(number)
                branches.append(iter(by_id[number].awaiters))
    return []


def is_tree(tasks: Iterable[Task]) -> bool:
    """Whether each task has one awaiter at most, and the way up is short and ends."""
    above = {task.id: task.awaiters for task in tasks}
    ends: set[int] = set()
    for start in above:
        path = [start]
        while path[-1] not in ends and (awaiters := above.get(path[-1])):
            if len(set(awaiters)) > 1 or len(path) > LONGEST_WAY_UP:
                return False
            path.append(awaiters[0])
        ends.update(path)
    return True


def in_all(case: Case, task: Task) -> bool:
    """Whether the task was at this very place in every sample."""
    return all(
        task.key in old and old[task.key].stack == task.stack for old in case.process.snapshots
    )
