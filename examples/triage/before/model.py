"""What was seen of a process."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in the code of the target."""

    file: str
    line: int
    function: str

    @property
    def is_yours(self) -> bool:
        """Whether it is neither the standard library nor an installed package."""
        return not LIBRARY.search(self.file)


LIBRARY = re.compile(r"/(?:site|dist)-packages/|/python3(?:\.\d+)?t?/|^<frozen |^$")
T = TypeVar("T")
Stack = tuple[Frame, ...]  # innermost first
Key = tuple[int, str]  # an address alone is reused by the next task


@dataclass(frozen=True, slots=True)
class Task:
    """A task at one moment.

    Attributes:
        id: its address in the target.
        name: its name.
        stack: what it awaits, innermost first.
        awaiters: addresses of the tasks that await it.
        notes: what only the target itself knows, in words.

    """

    id: int
    name: str
    stack: Stack
    awaiters: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What tells it from every other task of the process."""
        return self.id, self.name

    def passes(self, *functions: str) -> bool:
        """Whether one of `functions` is on its stack."""
        return any(frame.function in functions for frame in self.stack)


@dataclass(frozen=True, slots=True)
class Look:
    """The threads at one moment.

    Attributes:
        state: letter of the main thread in /proc, such as R or S.
        threads: stacks by thread id.

    """

    state: str
    threads: dict[int, Stack]


@dataclass(frozen=True, slots=True)
class Sockets:
    """TCP connections of a process, as inodes; None where a Unix listener hides the clients."""

    inbound: frozenset[str] | None
    outbound: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of a Redis stream that somebody took and has not acknowledged.

    Attributes:
        stream: name of the stream.
        group: the consumer group that it was given to.
        id: its id.
        consumer: who took it.
        deliveries: how often it was taken.
        job: the task of TaskIQ that it asks for; empty when it asks for none.
        idle: seconds since it was taken.

    """

    stream: str
    group: str
    id: str
    consumer: str
    deliveries: int
    job: str
    idle: float = field(compare=False)


@dataclass
class Process:
    """One process and everything that was read from it.

    Attributes:
        pid: its PID here.
        main: the id of its main thread as the process itself knows it.
        start: start time in clock ticks, which tells a reused PID.
        role: what it is, such as ``TaskIQ worker``.
        command: its command line.
        cwd: its working directory, dropped from places.
        snapshots: the tasks by key, one for each sample.
        looks: the threads, several for each sample.
        cpu: CPU seconds by thread id at the first and the last sample.
        sockets: connections at the first and the last sample.
        retries: reads that met a structure in motion and were done again.
        pause: longest stop by --freeze in seconds.
        error: last thing that went wrong, and so ended or blinded the reading.
        has_tree: the awaiters of its tasks lead to an end, and soon.
        stopped: somebody else has stopped the process.
        answer: what the process said about itself, for --in-process.
        unclaimed: jobs of a Redis stream that were taken before the process started,
            and by nobody since, for --redis.

    """

    pid: int
    main: int
    start: int
    role: str
    command: str
    cwd: str = ""
    snapshots: list[dict[Key, Task]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    cpu: list[dict[int, float]] = field(default_factory=list)
    sockets: list[Sockets] = field(default_factory=list)
    retries: int = 0
    failures: int = 0
    pause: float = 0.0
    error: Exception | None = None
    has_tree: bool = False
    stopped: bool = False
    answer: dict[str, Any] = field(default_factory=dict)
    unclaimed: list[Entry] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether no further read can help."""
        return self.error is not None and not isinstance(self.error, UnreadableError)


class UnreadableError(Exception):
    """The tasks of the process cannot be read, though its threads may be."""


class GoneError(Exception):
    """The process ended, or its PID now belongs to another one."""


class DeniedError(Exception):
    """The kernel does not let this user read that process."""


class NotPythonError(Exception):
    """No Python runtime is in the process."""


class OtherPythonError(Exception):
    """The process runs a Python that this one cannot read."""


class OtherFilesError(Exception):
    """The files of its Python are not at the same paths here."""


ENDS = (
    GoneError,
    DeniedError,
    NotPythonError,
    OtherPythonError,
    OtherFilesError,
    UnreadableError,
)
NOWHERE = Frame("", 0, "")
