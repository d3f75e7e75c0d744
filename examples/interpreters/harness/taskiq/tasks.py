"""The worker's side: each TaskIQ worker runs slices in a pool of its own.

No module that a pool imports may import this one: taskiq needs pydantic, and
pydantic does not load in a subinterpreter. The pool is one of processes unless
the caller says otherwise, so that this process stays readable for `asyncio ps`.
"""

import asyncio
import base64
import os
import pickle
import signal
from concurrent.futures import Executor
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import Redis
from taskiq import TaskiqEvents, TaskiqState

from examples.interpreters.harness import executors, worker
from examples.interpreters.harness.taskiq.broker import CALL, HELD, HOLD, NUDGE, SCORE, make

url = os.environ["REDIS_URL"]
# The process number as name lets an operator find the process behind a consumer of XPENDING.
broker = make(url, consumer=str(os.getpid()))
pool_workers = int(os.environ["POOL_WORKERS"])
kind: executors.Kind = os.environ["POOL_KIND"]  # type: ignore[assignment] # checked by open_pool


@broker.on_event(TaskiqEvents.WORKER_STARTUP)
async def start(state: TaskiqState) -> None:
    """Open the pool before the first task."""
    state.pool = executors.open_pool(kind, pool_workers)
    await asyncio.to_thread(executors.warm_up, state.pool, pool_workers)
    state.redis = Redis.from_url(url)
    await state.redis.sadd("ready", os.getpid())


@broker.on_event(TaskiqEvents.WORKER_SHUTDOWN)
async def stop(state: TaskiqState) -> None:
    """Close the pool."""
    state.pool.shutdown()
    await state.redis.aclose()


@broker.task(task_name=SCORE)
async def score_slices(number: int, workload: str, packed: list[str]) -> list[Any]:
    """Run some slices; the same input gives the same result, so running it twice does no harm.

    Args:
        number: of the task, to count how often it was started.
        workload: a name in `WORKLOADS`.
        packed: slices as doubles in base64, since a message is JSON.

    """
    redis: Any = broker.state.redis
    await redis.hincrby("started", str(number), 1)
    if await redis.lpop(f"{HOLD} {urlsplit(url).hostname}"):
        await redis.set(HELD, os.getpid())
        os.kill(os.getpid(), signal.SIGSTOP)
    pool: Executor = broker.state.pool
    slices = tuple(base64.b64decode(one) for one in packed)
    loop = asyncio.get_running_loop()
    return list(await loop.run_in_executor(pool, worker.run_chunk, workload, "packed", slices))


@broker.task(task_name=CALL)
def call(name: str, arguments: list[Any]) -> str:
    """Run a function of `worker` in the thread that TaskIQ keeps for plain functions.

    Args:
        name: of the function.
        arguments: as JSON gave them: tuples have become lists.

    Returns:
        The result, pickled and in base64, since JSON keeps neither bytes nor tuples.

    """
    result = getattr(worker, name)(*arguments)
    return base64.b64encode(pickle.dumps(result)).decode()


@broker.task(task_name=NUDGE)
async def nudge() -> None:
    """Do nothing: a worker looks for lost tasks only after it has read a new one."""
