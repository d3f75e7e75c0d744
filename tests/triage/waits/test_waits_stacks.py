"""What small programs of real libraries wait for is named from their stacks."""

import json
import pathlib
import subprocess
import sys

import pytest

from examples.triage.model import Frame, Stack
from examples.triage.waits import kinds
from examples.triage.waits.index import is_idle, root_of, wait_of

# Program, family, function whose frame has the object, and unit of work: empty for none.
EXPECTED = {
    "lock": (kinds.LOCK, "asyncio.locks:Lock.acquire", ""),
    "semaphore": (kinds.SEMAPHORE, "asyncio.locks:Semaphore.acquire", ""),
    "queue_get": (kinds.GET, "asyncio.queues:Queue.get", ""),
    "queue_put": (kinds.PUT, "asyncio.queues:Queue.put", ""),
    "queue_join": (kinds.JOIN, "asyncio.queues:Queue.join", ""),
    "condition": (kinds.CONDITION, "asyncio.locks:Condition.wait_for", ""),
    "barrier": (kinds.BARRIER, "asyncio.locks:Barrier.wait", ""),
    "first_of": (kinds.TASKS, "asyncio.tasks:_AsCompletedIterator.__anext__", ""),
    "task_group": (kinds.TASKS, "asyncio.taskgroups:TaskGroup.__aexit__", ""),
    "asynchronous_iterators": (kinds.TIMER, "asyncio.tasks:sleep", ""),
    "to_thread": (kinds.THREAD, "asyncio.threads:to_thread", ""),
    "full_executor": (kinds.RESOLVE, "asyncio.base_events:BaseEventLoop.getaddrinfo", ""),
    "child": (kinds.CHILD, "asyncio.subprocess:Process.wait", ""),
    "stream_read": (kinds.READ, "asyncio.streams:StreamReader.readline", ""),
    "stream_write": (kinds.WRITE, "asyncio.streams:StreamWriter.drain", ""),
    "handshake": (kinds.CONNECT, "asyncio.streams:open_connection", ""),
    "thread_future": (kinds.FUTURE, "concurrent.futures._base:Future.result", "call"),
    "thread_queue": (kinds.GET, "queue:Queue.get", "call"),
    "thread_rests": (kinds.GET, "concurrent.futures.thread:_worker", ""),
    "thread_http": (kinds.READ, "http.client:HTTPConnection.getresponse", "call"),
    "anyio_slot": (kinds.SLOT, "anyio._backends._asyncio:CapacityLimiter.__aenter__", ""),
    "anyio_receive": (
        kinds.GET,
        "anyio.streams.memory:MemoryObjectReceiveStream.receive",
        "",
    ),
    "httpx_pool": (
        kinds.POOL,
        "httpcore._async.connection_pool:AsyncPoolRequest.wait_for_connection",
        "",
    ),
    "httpx_read": (kinds.READ, "httpx._client:AsyncClient.request", ""),
    "httpx_connect": (
        kinds.CONNECT,
        "httpcore._async.connection:AsyncHTTPConnection._connect",
        "",
    ),
    "asyncpg_pool": (kinds.POOL, "asyncpg.pool:Pool._acquire", ""),
    "asyncpg_connect": (kinds.CONNECT, "asyncpg.connection:connect", ""),
    "sqlalchemy_pool": (kinds.POOL, "sqlalchemy.pool.impl:QueuePool._do_get", ""),
    "aiosqlite_call": (kinds.THREAD, "aiosqlite.core:Connection._execute", ""),
    "redis_pool": (
        kinds.POOL,
        "redis.asyncio.connection:BlockingConnectionPool.get_connection",
        "",
    ),
    "redis_connect": (
        kinds.CONNECT,
        "redis.asyncio.connection:AbstractConnection.connect",
        "",
    ),
    "redis_read": (kinds.READ, "redis.asyncio.client:Redis.execute_command", ""),
    "redis_subscribe": (kinds.GET, "redis.asyncio.client:PubSub.parse_response", ""),
    "redis_lock": (kinds.LOCK, "redis.asyncio.lock:Lock.acquire", ""),
    "request": (kinds.EVENT, "asyncio.locks:Event.wait", "request"),
    "request_background": (kinds.EVENT, "asyncio.locks:Event.wait", "job"),
    "request_stream": (kinds.EVENT, "asyncio.locks:Event.wait", "session"),
    "request_body": (kinds.UPLOAD, "starlette.requests:Request.stream", "request"),
    "websocket_session": (kinds.CLIENT, "starlette.websockets:WebSocket.receive", "session"),
    "websocket_client": (kinds.CLIENT, "websockets.asyncio.connection:Connection.recv", ""),
    "uvicorn_rests": (kinds.TIMER, "asyncio.tasks:sleep", ""),
    "taskiq_job": (kinds.EVENT, "asyncio.locks:Event.wait", "job"),
    "taskiq_slot": (
        kinds.SLOT,
        "taskiq.receiver.receiver:Receiver._acquire_delivery_slot",
        "",
    ),
    "taskiq_listen": (kinds.GET, "taskiq_redis.redis_broker:RedisStreamBroker.listen", ""),
}
IDLE = {"thread_rests", "uvicorn_rests", "taskiq_slot"}
NEW_WORK = {kinds.GET, kinds.CLIENT}


@pytest.fixture(scope="session")
def stacks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Stack]:
    """Run all programs, one after the other, in a process of their own."""
    output: pathlib.Path = tmp_path_factory.mktemp("stacks") / "stacks.json"
    command = [sys.executable, "-m", "tests.triage.waits.programs", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {
        name: tuple(Frame(*frame) for frame in frames)
        for name, frames in json.loads(output.read_text(encoding="utf-8")).items()
    }


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", EXPECTED)
def test_the_wait_of_a_real_stack_is_named(stacks: dict[str, Stack], name: str) -> None:
    """Family, frame of the object and unit of work are those that a person would name."""
    stack = stacks[name]
    family, function, unit = EXPECTED[name]
    found, root = wait_of(stack), root_of(stack)
    assert found is not None
    assert (found[0].family, stack[found[1]].name) == (family, function)
    assert (root[0].unit if root else "") == unit
    assert is_idle(stack) == (name in IDLE)


def test_every_program_is_expected(stacks: dict[str, Stack]) -> None:
    """No program runs whose stack no test looks at."""
    assert set(stacks) == set(EXPECTED)
