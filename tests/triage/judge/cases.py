"""Processes made by hand: what the rules judge, without a process."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from examples.triage.model import (
    Child,
    Connection,
    Frame,
    Held,
    Object,
    Process,
    Snapshot,
    Stack,
    Task,
    Thread,
)
from examples.triage.outcome import Verdict, judge
from examples.triage.rules.rule import Finding

PID = 100
SHORT, WINDOW = 2.0, 10.0
ADDRESSES = itertools.count(0x1000, 0x10)

SELECT = ("selectors:EpollSelector.select",)
LOOP = (
    "asyncio.base_events:BaseEventLoop._run_once",
    "asyncio.base_events:BaseEventLoop.run_forever",
    "asyncio.base_events:BaseEventLoop.run_until_complete",
    "asyncio.runners:Runner.run",
    "asyncio.runners:run",
)
STEP = ("asyncio.events:Handle._run", *LOOP)
REQUEST = "uvicorn.protocols.http.h11_impl:RequestResponseCycle.run_asgi"
SESSION = "uvicorn.protocols.websockets.websockets_sansio_impl:WebSocketsSansIOProtocol.run_asgi"
JOB = "taskiq.receiver.receiver:Receiver.run_task"
WORKER = (
    "concurrent.futures.thread:_WorkItem.run",
    "concurrent.futures.thread:_worker",
    "threading:Thread.run",
)
READ = ("asyncio.streams:StreamReader._wait_for_data", "asyncio.streams:StreamReader.readline")
BLOCKING_READ = (*READ, "redis.asyncio.client:Redis.execute_command")
LOCK = ("asyncio.locks:Lock.acquire", "asyncio.locks:_ContextManagerMixin.__aenter__")
SEMAPHORE = ("asyncio.locks:Semaphore.acquire", "asyncio.locks:_ContextManagerMixin.__aenter__")
PUT = ("asyncio.queues:Queue.put",)
GET = ("asyncio.queues:Queue.get",)
JOIN = ("asyncio.queues:Queue.join",)
EVENT = ("asyncio.locks:Event.wait",)
SLEEP = ("asyncio.tasks:sleep",)
CONNECT = ("asyncio.streams:open_connection",)
DRAIN = ("asyncio.streams:StreamWriter.drain",)
TO_THREAD = ("asyncio.threads:to_thread",)
POOL = ("asyncpg.pool:PoolConnectionHolder.acquire", "asyncpg.pool:Pool._acquire")


def frame(name: str) -> Frame:
    """Make a frame: ``function`` or ``function:line`` of own code, ``module:name`` of a library."""
    first, colon, second = name.partition(":")
    if colon and not second.isdecimal():
        return Frame(f"/lib/{first.replace('.', '/')}.py", 1, second, first)
    return Frame("/srv/app/service.py", int(second or 10), first, "app.service", own=True)


def stack_of(*names: str) -> Stack:
    """Make a stack, innermost first."""
    return tuple(map(frame, names))


def thing(kind: str) -> Object:
    """Make an object with an address of its own."""
    return Object(kind, next(ADDRESSES))


def task(  # all but the stack have names
    name: str,
    *names: str,
    wants: Object | None = None,
    holds: Iterable[Object] = (),
    deadline: float | None = None,
    by: Sequence[Task] = (),
    **more: Any,
) -> Task:
    """Make a task.

    Args:
        name: its name.
        names: its stack, innermost first, as for `frame`.
        wants: the object whose methods its innermost library frames are.
        holds: objects that its outermost frame has entered.
        deadline: moment at which an ``asyncio.timeout`` of its outermost frame ends.
        by: tasks that await it.
        more: further attributes.

    """
    stack = stack_of(*names)
    own = next((number for number, one in enumerate(stack) if one.own), len(stack))
    selves = tuple(wants if number < own else None for number in range(len(stack)))
    held = [Held(one, len(stack) - 1) for one in holds]
    if deadline is not None:
        held.append(Held(Object("Timeout", 1), len(stack) - 1, when=deadline))
    address = next(ADDRESSES)
    awaiters = tuple(one.id for one in by)
    made = Task(address, name, stack, awaiters, future=address + 8, selves=selves, held=tuple(held))
    return replace(made, **more)


def many(number: int, name: str, *names: str, **more: Any) -> list[Task]:
    """Make several tasks that are alike."""
    return [task(f"{name}-{index}", *names, **more) for index in range(1, number + 1)]


def moved(one: Task) -> Task:
    """Give the task as it was before: at the same place, with another future."""
    return replace(one, future=one.future + 4)


def thread(number: int, *names: str, state: str = "S", **more: Any) -> Thread:
    """Make a thread; the main thread has the number `PID`."""
    return Thread(number, state=state, stack=stack_of(*names), **more)


RESTING = thread(PID, *SELECT, *LOOP, loop=1)


def client(**more: Any) -> Connection:
    """Make a connection that a client has opened."""
    return Connection(str(next(ADDRESSES)), inbound=True, **more)


MANY_CLIENTS = tuple(client() for _ in range(100))


def outside(sent: float | None = None, received: float | None = None, **more: Any) -> Connection:
    """Make a connection to the outside, with the seconds since data went either way."""
    inode = str(next(ADDRESSES))
    return Connection(inode, inbound=False, sent=sent, received=received, **more)


def child(channel: str, *names: str, pid: int = 200, age: float = 60.0) -> Child:
    """Make a Python child that sleeps in a function of the kernel; without a stack another one."""
    return Child(pid, "child", "S", channel, age, python=bool(names), stack=stack_of(*names))


def timeline(  # noqa: PLR0913 # all but the moments have names
    *moments: Iterable[Task],
    seconds: float = WINDOW,
    threads: Iterable[Iterable[Thread]] = (),
    connections: Iterable[Connection] = MANY_CLIENTS,
    children: Iterable[Child] = (),
    hidden_clients: bool = False,
    descriptors: int = 0,
    sources: int = 0,
    **more: Any,
) -> Process:
    """Make a process from its tasks at each moment.

    Args:
        moments: the tasks at each moment, the oldest first.
        seconds: from the first moment to the last.
        threads: the threads at each moment; one entry stands for all of them.
        connections: at each moment; clients enough for every request if not said.
        children: at each moment.
        hidden_clients: whether clients come over a Unix socket.
        descriptors: how many are open.
        sources: what else may wake a task from outside.
        more: further attributes of the process.

    """
    rows = [tuple(one) for one in threads] or [(RESTING,)]
    snapshots = []
    for number, tasks in enumerate(moments):
        now = rows[number] if number < len(rows) else rows[-1]
        snapshots.append(
            Snapshot(
                seconds * number / max(len(moments) - 1, 1),
                {one.key: one for one in tasks},
                {one.id: one for one in now},
                tuple(connections),
                hidden_clients,
                tuple(children),
                descriptors,
                sources,
            )
        )
    return Process(PID, PID, 1, "other", "python service.py", snapshots=snapshots, **more)


def still(*tasks: Task, samples: int = 5, **more: Any) -> Process:
    """Make a process in which nothing moves."""
    return timeline(*[tasks] * samples, **more)


def verdict(*tasks: Task, **more: Any) -> Verdict:
    """Judge a process in which nothing moves."""
    return judge(still(*tasks, **more))


def found(process: Process, rule: str = "") -> list[Finding]:
    """Judge a process, and keep what one rule has found."""
    return [one for one in judge(process).findings if rule in {"", one.rule.id}]


def verdicts(process: Process) -> list[tuple[str, str, str]]:
    """Judge a process, and give rule, confidence and function of each finding."""
    return [(one.rule.id, one.confidence, one.place.function) for one in judge(process).findings]
