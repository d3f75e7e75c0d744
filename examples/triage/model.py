"""What was read of a process: data only, nothing of how it was read or what it means.

Times are seconds. Addresses are those of the target, and tell objects apart; nothing is
read through them later. The file keeps to the syntax of Python 3.9, as all of triage does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Frame(NamedTuple):
    """A place in the code of the target.

    Attributes:
        file: path as the target's code object has it.
        line: line number; 0 when it is not known.
        function: qualified name, such as ``Lock.acquire``.
        module: dotted name of its module, such as ``asyncio.locks``; empty when not known.
        own: whether it is code of the deployed application, not of a library.

    """

    file: str
    line: int
    function: str
    module: str = ""
    own: bool = False

    @property
    def name(self) -> str:
        """Module and function, by which the tables of waits know it."""
        return f"{self.module}:{self.function}"


NOWHERE = Frame("", 0, "")
Stack = tuple[Frame, ...]  # innermost first
Key = tuple[int, str]  # address and name of a task: an address alone is reused by the next task


class Object(NamedTuple):
    """An object of the target, by its type and its address.

    Attributes:
        type: name of its type, such as ``Lock``.
        address: where it is: two locks are two addresses.

    """

    type: str
    address: int


class Held(NamedTuple):
    """A context manager that a frame has entered and not left.

    Attributes:
        object: the context manager.
        frame: index in the stack of the task of the frame whose block it is.
        function: function of the generator behind a ``@contextmanager``; else empty.
        when: moment, on the monotonic clock, at which a deadline ends; infinite for a
            deadline that is switched off; None for what is no deadline or was not read.

    """

    object: Object
    frame: int
    function: str = ""
    when: float | None = None


@dataclass(frozen=True)
class Task:
    """An asyncio task at one moment.

    Attributes:
        id: its address.
        name: its name.
        stack: what it awaits, innermost first; of the running task its call stack.
        awaiters: addresses of the tasks that await it.
        thread: native id of the thread whose loop runs it; 0 when not known.
        interpreter: id of its interpreter.
        running: whether it runs at this moment.
        future: address of the future that it waits for; 0 for none.
        selves: for each frame of the stack the object whose method it runs, or None;
            empty when details were not read.
        held: context managers entered in its frames, outermost first; empty without details.
        cancels: requests to cancel it that are not taken back.
        answered: whether the future that it waits for is done, so that its loop has to go on.
        notes: what only the process itself knows, in words.

    """

    id: int
    name: str
    stack: Stack
    awaiters: tuple[int, ...] = ()
    thread: int = 0
    interpreter: int = 0
    running: bool = False
    future: int = 0
    selves: tuple[Object | None, ...] = ()
    held: tuple[Held, ...] = ()
    cancels: int = 0
    answered: bool = False
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What tells it from every other task of the process."""
        return self.id, self.name


@dataclass(frozen=True)
class Thread:
    """A thread at one moment.

    Attributes:
        id: native id, in the PID namespace of triage where it differs.
        name: its name in the kernel.
        state: letter of the kernel, such as R or S.
        stack: its Python frames, innermost first; empty for one without Python.
        cpu: CPU seconds that it has used.
        switches: times that it gave up the CPU by itself.
        loop: address of the event loop that runs in it; 0 for none.
        interpreter: id of its interpreter.
        held: context managers entered in its frames, outermost first.
        selves: as for a task.
        channel: kernel function in which it sleeps, as of a child; read with a snapshot only.

    """

    id: int
    name: str = ""
    state: str = ""
    stack: Stack = ()
    cpu: float = 0.0
    switches: int = 0
    loop: int = 0
    interpreter: int = 0
    held: tuple[Held, ...] = ()
    selves: tuple[Object | None, ...] = ()
    channel: str = ""


class Connection(NamedTuple):
    """A TCP connection of the process.

    Attributes:
        inode: what tells it from every other.
        inbound: whether the other side opened it.
        state: established, connecting, closed-by-peer, or queued where the process that listens
            has not accepted it.
        peer: address of the other side, such as ``127.0.0.1:5432``.
        unsent: bytes that the other side has not taken.
        unread: bytes that the process has not read.
        sent: seconds since it last sent data; None when the kernel does not say.
        received: seconds since it last received data; None when the kernel does not say.

    """

    inode: str
    inbound: bool
    state: str = "established"
    peer: str = ""
    unsent: int = 0
    unread: int = 0
    sent: float | None = None
    received: float | None = None


ENDED = "Z"  # state of a process that has ended and that its parent has not collected


class Child(NamedTuple):
    """A child process.

    Attributes:
        pid: its PID.
        command: its command line; of one that has ended its name.
        state: letter of the kernel.
        channel: kernel function in which it sleeps, such as ``futex_wait_queue``; else empty.
        age: seconds since it started.
        python: whether it runs the same Python program, as a fork does.
        stack: Python frames of its main thread, innermost first, where they could be read.
        cpu: CPU seconds that all of its threads have used.
        status: of one that has ended, as wait() gives it; 0 for success, or where not known.

    """

    pid: int
    command: str
    state: str
    channel: str
    age: float
    python: bool = False
    stack: Stack = ()
    cpu: float = 0.0
    status: int = 0


@dataclass(frozen=True)
class Snapshot:
    """The tasks, threads, connections and children at one moment.

    Attributes:
        time: on the monotonic clock.
        tasks: all tasks of all threads and interpreters, by key.
        threads: all threads by native id.
        connections: TCP connections with another side.
        hidden_clients: whether clients come over a Unix socket, so that they cannot be counted.
        children: the processes that it started, with those that ended and that nobody collected.
        descriptors: open file descriptors; 0 when they could not be counted.
        sources: descriptors that a loop watches besides its own, and signals that the process
            handles: what may wake a task from outside, connections aside.
        missed: tasks in the list that could not be read.
        readable: whether the tasks could be read at all.

    """

    time: float
    tasks: dict[Key, Task] = field(default_factory=dict)
    threads: dict[int, Thread] = field(default_factory=dict)
    connections: tuple[Connection, ...] = ()
    hidden_clients: bool = False
    children: tuple[Child, ...] = ()
    descriptors: int = 0
    sources: int = 0
    missed: int = 0
    readable: bool = True


class ThreadSample(NamedTuple):
    """The threads alone at one moment: taken more often than snapshots."""

    time: float
    threads: dict[int, Thread]


class Entry(NamedTuple):
    """A message of a Redis stream that somebody took and has not acknowledged.

    Attributes:
        stream: name of the stream.
        group: the consumer group that it was given to.
        id: its id.
        consumer: who took it.
        deliveries: how often it was taken.
        job: the task of TaskIQ that it asks for; empty when it asks for none.

    """

    stream: str
    group: str
    id: str
    consumer: str
    deliveries: int
    job: str


class Problem(NamedTuple):
    """Why a process, or a part of it, could not be read.

    Attributes:
        kind: gone, denied, not-python, other-python, other-files, unreadable, traced or internal.
        text: the reason in words, for the reader.

    """

    kind: str
    text: str


@dataclass
class Process:
    """One process and everything that was read from it.

    Attributes:
        pid: its PID here.
        main: native id of its main thread, as the process itself knows it.
        start: start time in clock ticks, which tells a reused PID.
        age: seconds since it started, at the first snapshot.
        role: what it is, such as ``TaskIQ worker``.
        command: its command line.
        cwd: its working directory, dropped from places.
        python: version of its Python, such as ``3.14.8``; empty when not known.
        descriptor_limit: how many file descriptors it may open; 0 when not known.
        snapshots: what was read, one for each sample.
        samples: the threads, several for each snapshot.
        retries: tasks and stacks that were in motion and were read again.
        pause: longest stop by --freeze in seconds.
        problem: why it could not be read, or not to the end.
        stopped: who holds it still: empty, ``signal`` or ``debugger``.
        answer: what the process said about itself, for --in-process.
        unclaimed: jobs of a Redis stream that were taken before the process started,
            and by nobody since, for --redis.

    """

    pid: int
    main: int
    start: int
    role: str
    command: str
    age: float = 0.0
    cwd: str = ""
    python: str = ""
    descriptor_limit: int = 0
    snapshots: list[Snapshot] = field(default_factory=list)
    samples: list[ThreadSample] = field(default_factory=list)
    retries: int = 0
    pause: float = 0.0
    problem: Problem | None = None
    stopped: str = ""
    answer: dict[str, Any] = field(default_factory=dict)
    unclaimed: list[Entry] = field(default_factory=list)

    @property
    def loop_seen(self) -> bool:
        """Whether an event loop was seen in it."""
        return any(
            snapshot.tasks or any(thread.loop for thread in snapshot.threads.values())
            for snapshot in self.snapshots
        )
