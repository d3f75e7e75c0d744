"""The look-ups in the tables of waits choose as a person on call would."""

import pytest

from examples.triage.model import Frame, Stack
from examples.triage.waits import kinds
from examples.triage.waits.index import (
    is_deadline,
    is_idle,
    is_loop,
    is_shutdown,
    is_step,
    library_of,
    root_of,
    wait_of,
)

YOURS = "yours"
EVENT = "asyncio.locks:Event.wait"
GET = "asyncio.queues:Queue.get"
SLEEP = "asyncio.tasks:sleep"
RUN_ASGI = "uvicorn.protocols.http.h11_impl:RequestResponseCycle.run_asgi"


def stack_of(*names: str) -> Stack:
    """Make a stack, innermost first; `YOURS` stands for a frame of the application."""
    return tuple(
        Frame("/app/main.py", 1, "work", "main", own=True)
        if name == YOURS
        else Frame("/lib", 1, name.partition(":")[2], name.partition(":")[0])
        for name in names
    )


def chosen(*names: str) -> tuple[str, int]:
    """Give the family and the index that `wait_of` chooses."""
    found = wait_of(stack_of(*names))
    assert found is not None
    return found[0].family, found[1]


def test_a_library_says_more_than_what_it_is_built_on() -> None:
    """A pool that waits in a queue is a pool, and its frame is the one that is named."""
    assert chosen(GET, "asyncpg.pool:Pool._acquire", YOURS) == (kinds.POOL, 1)


def test_the_inner_of_two_libraries_decides() -> None:
    """A pool that opens a connection waits for the connection."""
    assert chosen(
        "asyncio.selector_events:BaseSelectorEventLoop.sock_connect",
        "asyncpg.pool:PoolConnectionHolder.connect",
        "asyncpg.pool:Pool._acquire",
        YOURS,
    ) == (kinds.CONNECT, 1)


def test_what_a_connection_waits_for_is_told() -> None:
    """Who connects while names are not resolved waits for name resolution."""
    assert chosen(
        "asyncio.base_events:BaseEventLoop.getaddrinfo",
        "asyncio.streams:open_connection",
        "redis.asyncio.connection:AbstractConnection.connect",
        YOURS,
    ) == (kinds.RESOLVE, 0)


def test_an_answer_within_a_handshake_is_part_of_it() -> None:
    """Who reads an answer in order to connect still connects."""
    assert chosen(
        "asyncio.streams:StreamReader.readline",
        "redis.asyncio.connection:AbstractConnection.read_response",
        "redis.asyncio.connection:AbstractConnection.connect",
        YOURS,
    ) == (kinds.CONNECT, 2)


def test_only_what_your_code_called_counts() -> None:
    """The queue that the caller of your code came from is not what it waits for."""
    assert chosen(SLEEP, YOURS, GET) == (kinds.TIMER, 0)
    assert wait_of(stack_of(YOURS, GET)) is None


def test_only_what_the_unit_of_work_called_counts() -> None:
    """What a server waits for around a request is not what an unknown handler waits for."""
    handler = "unknown.app:handler"
    outer = "aiohttp.web_protocol:RequestHandler._handle_request"
    assert wait_of(stack_of(handler, outer, GET)) is None
    assert chosen(SLEEP, handler, outer, GET) == (kinds.TIMER, 0)


def test_a_deadline_does_not_hide_what_it_ends() -> None:
    """wait_for around a queue is a wait for the queue."""
    assert chosen(GET, "asyncio.tasks:wait_for", YOURS) == (kinds.GET, 0)


def test_the_same_function_of_another_module_is_another() -> None:
    """The lock of a library is that of asyncio only where the module is asyncio's."""
    assert wait_of(stack_of("somebody.locks:Lock.acquire", YOURS)) is None
    assert chosen(SLEEP, "redis.asyncio.lock:Lock.acquire", YOURS) == (kinds.LOCK, 1)


def test_a_chain_needs_its_inner_function() -> None:
    """A function that works and waits counts as a wait only where it waits."""
    runner = "taskiq.receiver.receiver:Receiver.runner"
    assert chosen("asyncio.locks:Semaphore.acquire", runner) == (kinds.SLOT, 0)
    assert chosen(GET, runner) == (kinds.GET, 0)
    worker = "concurrent.futures.thread:_worker"
    assert chosen(worker) == (kinds.GET, 0)
    assert wait_of(stack_of("somebody:call", worker)) is None


def test_the_innermost_root_is_the_unit() -> None:
    """Work that a request leaves behind is a job, not the request."""
    found = root_of(stack_of(EVENT, "starlette.background:BackgroundTask.__call__", RUN_ASGI))
    assert found is not None
    assert (found[0].unit, found[1]) == ("job", 1)
    assert root_of(stack_of(EVENT, YOURS)) is None


def test_a_worker_that_waits_for_a_job_has_none() -> None:
    """What both waits and works is a unit of work only while it works."""
    process = "saq.worker:Worker.process"
    rests = stack_of(SLEEP, "saq.queue.redis:RedisQueue.dequeue", process)
    works = stack_of("asyncio.tasks:wait_for", process)
    assert root_of(rests) is None
    assert is_idle(rests)
    assert root_of(works) is not None
    assert not is_idle(works)


def test_housekeeping_within_a_unit_of_work_is_none() -> None:
    """What keeps a connection alive is no unit of work, though a stream has started it."""
    ping = "sse_starlette.sse:EventSourceResponse._ping"
    stream = "sse_starlette.sse:EventSourceResponse.__call__.<locals>.cancel_on_finish"
    assert root_of(stack_of(SLEEP, ping, stream)) is None
    assert root_of(stack_of(SLEEP, YOURS, ping, stream)) is not None


def test_your_code_is_never_housekeeping() -> None:
    """A callback of yours that a library calls from its own task is not idle."""
    keeper = "uvicorn.server:Server.main_loop"
    assert is_idle(stack_of(SLEEP, keeper))
    assert not is_idle(stack_of(SLEEP, YOURS, keeper))
    assert not is_idle(stack_of(SLEEP, RUN_ASGI, keeper))
    assert not is_idle(stack_of(SLEEP))


def test_shutdown_is_recognised_on_tasks_and_threads() -> None:
    """A function that runs only then says that the process shuts down."""
    assert is_shutdown(stack_of(SLEEP, "uvicorn.server:Server.shutdown"))
    assert is_shutdown(stack_of("threading:_shutdown"))
    assert not is_shutdown(stack_of(SLEEP, "uvicorn.server:Server.main_loop"))


@pytest.mark.parametrize(
    ("name", "function", "ends"),
    [
        ("asyncio.timeouts:Timeout", "", True),
        ("Timeout", "", True),
        ("contextlib:_GeneratorContextManager", "anyio._core._tasks:fail_after", True),
        ("_GeneratorContextManager", "fail_after", True),
        ("Lock", "", False),
        ("_GeneratorContextManager", "transaction", False),
    ],
)
def test_deadlines_are_known_by_type_or_by_generator(
    name: str, function: str, *, ends: bool
) -> None:
    """A context manager ends a wait by its type, or by the generator that it runs."""
    assert is_deadline(name, function) == ends


def test_frames_of_the_loop_are_told_from_those_of_a_step() -> None:
    """The loop and the step that it takes are two things."""
    loop, step = stack_of(
        "asyncio.base_events:BaseEventLoop.run_forever", "asyncio.events:Handle._run"
    )
    assert (is_loop(loop), is_step(loop)) == (True, False)
    assert (is_loop(step), is_step(step)) == (False, True)


def test_a_module_belongs_to_the_library_of_its_package() -> None:
    """A module that no table names belongs to the library of the package that it is in."""
    found = library_of("asyncpg.protocol.codecs")
    assert found is not None
    assert found.name == "asyncpg"
    server = library_of("http.server")
    assert server is not None
    assert server.name == "socketserver"
    assert library_of("main") is None
    assert library_of("") is None
