"""The words in which the tables of libraries are written."""

from __future__ import annotations

from dataclasses import dataclass

# What a wait waits for. One rule judges each family, whatever the library.
POOL = "pool"  # a free connection
LOCK = "lock"
SEMAPHORE = "semaphore"  # a permit, a slot, a token
GET = "get"  # an item of a queue or a stream in memory
PUT = "put"  # room in a queue or a stream in memory
JOIN = "join"  # a queue whose items are all done
EVENT = "event"
CONDITION = "condition"
BARRIER = "barrier"
FUTURE = "future"  # a bare future that somebody else completes
TASKS = "tasks"  # other tasks of this process
SLOT = "slot"  # a free thread or worker of an executor
THREAD = "thread"  # a call that runs in a thread or a worker of an executor
CHILD = "child"  # a child process
RESOLVE = "resolve"  # name resolution
CONNECT = "connect"
READ = "read"  # an answer from the other side
WRITE = "write"  # the other side takes data
SEND = "send"  # a WebSocket client takes data
CLIENT = "client"  # a WebSocket client says something
TIMER = "timer"
ACCEPT = "accept"  # new clients
SHUTDOWN = "shutdown"  # the end of what is left


@dataclass(frozen=True)
class Wait:
    """Functions of a library in which a task waits, and what it waits for.

    Attributes:
        family: what is waited for, one of the words above.
        functions: as ``module:qualified.name``; the innermost one on a stack decides, except
            that the first match of the outermost library call wins where several are.
        noun: the resource in words, such as ``a connection of the pool``.
        new_work: whether this is a wait for new work, which may last as long as it likes.

    """

    family: str
    functions: tuple[str, ...]
    noun: str
    new_work: bool = False


@dataclass(frozen=True)
class Root:
    """Functions of a server in which a unit of work begins: what somebody waits for.

    Attributes:
        unit: request, session, message or job.
        functions: as ``module:qualified.name``.

    """

    unit: str
    functions: tuple[str, ...]


@dataclass(frozen=True)
class Library:
    """What triage knows about one library.

    Attributes:
        name: as people call it.
        distribution: its name on the package index; empty for the standard library.
        waits: what its functions wait for, the specific before what it is made of.
        roots: where it begins units of work.
        idle: functions in which its own tasks wait, whatever happens: no unit of work.
        deadlines: types of context managers that end a wait, as ``module:Type``.
        shutdown: functions that run only while the process shuts down.

    """

    name: str
    distribution: str
    waits: tuple[Wait, ...] = ()
    roots: tuple[Root, ...] = ()
    idle: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    shutdown: tuple[str, ...] = ()
