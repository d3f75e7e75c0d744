"""Groups tasks by what they wait for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from examples.triage.before.model import NOWHERE, Frame, Key, Stack, Task


@dataclass(frozen=True, slots=True)
class Wait:
    """What a function of a library waits for, when it is on the stack of a task.

    Attributes:
        kind: what sort of wait that is.
        functions: any of these on the stack.
        leaf: innermost function; empty for any.

    """

    kind: str
    functions: tuple[str, ...]
    leaf: str = ""


# The first entry that is on the stack below your own frame decides, so what is
# specific stands before what it is made of.
WAITS = (
    Wait("shutdown", ("Server._wait_tasks_to_complete",)),
    Wait("thread-slot", ("CapacityLimiter.acquire_on_behalf_of",)),
    Wait("thread", ("AsyncIOBackend.run_sync_in_worker_thread", "to_thread")),
    Wait("slot", ("Receiver._acquire_delivery_slot",)),
    Wait("pool", ("BlockingConnectionPool.get_connection",)),
    # SQLAlchemy's pool is a queue that it waits for from within a greenlet.
    Wait("pool", ("greenlet_spawn",), leaf="Queue.get"),
    Wait("client", ("WebSocket.receive",)),
    Wait("send", ("WebSocket.send",)),
    Wait("lock", ("Lock.acquire",)),
    Wait("semaphore", ("Semaphore.acquire",)),
    Wait("put", ("Queue.put",)),
    Wait("get", ("Queue.get",)),
    Wait("join", ("Queue.join",)),
    Wait("read", ("StreamReader._wait_for_data", "SocketStream.receive", "DataQueue.read")),
    Wait("write", ("StreamWriter.drain", "StreamWriter.wait_closed", "FlowControl.drain")),
    Wait("condition", ("Condition.wait",)),
    Wait("event", ("Event.wait",)),
    Wait("timer", ("sleep",)),
    Wait("tasks", ("_wait", "TaskGroup._aexit", "wait_for")),
)
NOTHING_BELOW = "a future or an async iterator"


@dataclass
class Group:
    """Tasks that wait for the same thing at the same line of your code.

    Attributes:
        place: that line, or the outermost frame where none is yours.
        waiting_on: function of the library that waits.
        kind: what sort of wait that is, see `WAITS`.
        tasks: members in the last sample.
        counts: members in each sample.
        held: members that were at this very place in every sample.
        moved: whether any member came, went or moved on between the samples.

    """

    place: Frame
    waiting_on: str
    kind: str
    tasks: list[Task] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    held: list[Task] = field(default_factory=list)
    moved: bool = False

    @property
    def delta(self) -> int:
        """Change of the count over the samples."""
        return self.counts[-1] - self.counts[0]

    @property
    def age(self) -> int:
        """Samples, counted back from the last, that have seen the group."""
        return next(
            (n for n, count in enumerate(reversed(self.counts)) if not count), len(self.counts)
        )


def own_frame(stack: Stack) -> Frame | None:
    """Give the innermost frame of your own code."""
    return next((frame for frame in stack if frame.is_yours), None)


def wait_of(stack: Stack) -> tuple[str, str]:
    """Say what a stack waits for.

    Returns:
        The function of the library, and the kind of wait.

    """
    below = []
    for frame in stack:
        if frame.is_yours:
            break
        below.append(frame.function)
    if not below:
        return NOTHING_BELOW, "unknown"
    for wait in WAITS:
        if wait.leaf not in {"", below[0]}:
            continue
        for function in below:
            if function in wait.functions or (
                wait.kind in {"send", "client"} and function.startswith(wait.functions)
            ):
                return function, wait.kind
    return below[0], "unknown"


def group(snapshots: list[dict[Key, Task]]) -> list[Group]:
    """Group the tasks of all samples, the largest group first."""
    labels: dict[Stack, tuple[Frame, str, str]] = {}
    groups: dict[tuple[Frame, str, str], Group] = {}
    members: list[dict[tuple[Frame, str, str], set[Key]]] = []
    for number, snapshot in enumerate(snapshots):
        here = defaultdict(set)
        for key, task in snapshot.items():
            if task.stack not in labels:
                labels[task.stack] = _label(task.stack)
            label = labels[task.stack]
            here[label].add(key)
            found = groups.setdefault(label, Group(*label))
            if number == len(snapshots) - 1:
                found.tasks.append(task)
                if all(key in old and old[key].stack == task.stack for old in snapshots):
                    found.held.append(task)
        members.append(here)
    for label, found in groups.items():
        sets = [here.get(label, set()) for here in members]
        found.counts = [len(keys) for keys in sets]
        found.moved = any(keys != sets[0] for keys in sets) or len(found.held) < len(found.tasks)
    return sorted(groups.values(), key=lambda found: (-found.counts[-1], found.place.file))


def _label(stack: Stack) -> tuple[Frame, str, str]:
    place = own_frame(stack) or (stack[-1] if stack else NOWHERE)
    return place, *wait_of(stack)
