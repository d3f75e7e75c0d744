"""The words in which the tables of libraries are written."""

from __future__ import annotations

from dataclasses import dataclass

# A function is written as ``module:qualified.name``, as its file and its ``co_qualname`` have it.
# Where a function both waits and does other work, a chain says in which call it waits:
# ``a > b`` is a where it calls b directly, and ``a > nothing`` is a where it calls no further
# Python function, but waits by itself.
CALLS = " > "
NOTHING = "nothing"

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
RESULT = "result"  # of a job that a worker does
TASKS = "tasks"  # other tasks or threads of this process
SLOT = "slot"  # a free thread or worker of an executor
THREAD = "thread"  # a call that runs in a thread or a worker of an executor
CHILD = "child"  # a child process
RESOLVE = "resolve"  # name resolution
CONNECT = "connect"
READ = "read"  # an answer from the other side
WRITE = "write"  # the other side takes data
SEND = "send"  # a WebSocket client takes data
CLIENT = "client"  # a WebSocket client says something
UPLOAD = "upload"  # a client sends the rest of its request
TIMER = "timer"
RETRY = "retry"  # the next attempt of a retry loop
ACCEPT = "accept"  # new clients
SHUTDOWN = "shutdown"  # the end of what is left


@dataclass(frozen=True)
class Wait:
    """Functions of a library in which a task or a thread waits, and what it waits for.

    Attributes:
        family: what is waited for, one of the words above.
        functions: in which it waits.
        noun: the resource in words, such as ``a connection of the pool``.
        new_work: whether it may be a wait for new work, such as a read of a socket: that may
            last as long as it likes, unless it is a part of a unit of work.
        asking: types that have the same functions and are the side that asks: to them it is the
            wait for an answer.
        elsewhere: whether another process may hold it, such as a lock in Redis.

    """

    family: str
    functions: tuple[str, ...]
    noun: str
    new_work: bool = False
    asking: tuple[str, ...] = ()
    elsewhere: bool = False


@dataclass(frozen=True)
class Root:
    """Functions of a library in which a unit of work begins: what somebody waits for.

    Attributes:
        unit: request, session (which lasts as long as its client likes: a WebSocket, a stream),
            message, job, startup (of the application), or call (of a function, by an executor).
        functions: in which it begins.

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
        idle: functions in which its own tasks and threads wait, whatever happens.
        loans: types of context managers that have a connection of a pool for as long as they are
            entered.
        deadlines: types of context managers that end a wait, and functions behind a
            ``@contextmanager`` that do.
        hides_deadlines: whether its calls take a timeout that its compiled code keeps, so that
            no stack shows it.
        shutdown: functions, or chains of two, that run only while the process shuts down.
        loops: functions of an event loop itself.
        steps: functions in which a loop calls a callback or takes a step of a task.

    """

    name: str
    distribution: str
    waits: tuple[Wait, ...] = ()
    roots: tuple[Root, ...] = ()
    idle: tuple[str, ...] = ()
    loans: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    hides_deadlines: bool = False
    shutdown: tuple[str, ...] = ()
    loops: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
