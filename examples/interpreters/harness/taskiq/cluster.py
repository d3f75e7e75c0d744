"""A Redis, some TaskIQ workers, and a caller that gets every result exactly once."""

import asyncio
import base64
import contextlib
import os
import signal
import sys
from array import array
from collections.abc import AsyncIterator, Sequence
from typing import Any, cast

import psutil
from redis.asyncio import Redis
from taskiq import AsyncBroker, AsyncTaskiqTask
from taskiq.kicker import AsyncKicker

from examples import lab
from examples.interpreters.harness import executors
from examples.interpreters.harness.taskiq.broker import (
    CALL,
    GROUP,
    HELD,
    HOLD,
    IDLE_MS,
    NUDGE,
    SCORE,
    STREAM,
    make,
)

# TaskIQ polls for results, by default every 200 ms, which is 20 slices of 10 ms.
POLL_SECONDS = 0.002
RESULT_TIMEOUT = 120.0
ACK_SECONDS = 10.0
HOME = "127.0.0.1"  # where the Redis is


class Cluster:
    """What a caller needs.

    Args:
        broker: on the stream.
        redis: a client of the same Redis.
        managers: PIDs of the ``taskiq worker`` commands, parents of the workers.
        at_once: tasks that the workers run at the same time.

    """

    def __init__(
        self, broker: AsyncBroker, redis: Redis, managers: list[int], at_once: int
    ) -> None:
        self._broker = broker
        self._redis = redis
        self._managers = managers
        # Tasks are started in the order in which they were sent, so only as many
        # results as run at once can be next: the others are not polled for.
        self._next = asyncio.Semaphore(at_once)

    async def run(self, workload: str, slices: Sequence[array[float]], size: int = 1) -> list[Any]:
        """Run slices on the workers and give the parts in order.

        Args:
            workload: a name in `WORKLOADS`.
            slices: packed.
            size: slices in one task.

        Raises:
            TaskiqResultTimeoutError: when a result is missing after `RESULT_TIMEOUT` seconds.

        """
        packed = [base64.b64encode(one).decode() for one in slices]
        sent = [
            await self._kick(SCORE, number, workload, list(chunk))
            for number, chunk in enumerate(executors.chunks(packed, size))
        ]
        nudging = asyncio.create_task(self._nudge(), name="nudge")
        try:
            results = await asyncio.gather(*map(self._result, sent))
        finally:
            nudging.cancel()
        return [part for result in results for part in result]

    async def call(self, name: str, arguments: Sequence[Any]) -> Any:
        """Call a function of `examples.interpreters.harness.worker`, and give its result in base64.

        Raises:
            TaskiqResultTimeoutError: when the result is missing after `RESULT_TIMEOUT` seconds.

        """
        return await self._result(await self._kick(CALL, name, list(arguments)))

    async def hold_a_worker(self, address: str = HOME) -> None:
        """Let the next worker that starts a task stop inside it, so that it can be killed there.

        Args:
            address: at which that worker reaches the Redis.

        """
        await cast("Any", self._redis.rpush(f"{HOLD} {address}", 1))

    async def kill_the_held_worker(self) -> None:
        """Wait until the worker that `hold_a_worker` meant is inside a task, and kill it."""
        victim = await self._held()
        pool = psutil.Process(victim).children(recursive=True)
        os.kill(victim, signal.SIGKILL)
        _end_orphans(pool)

    async def kill_the_held_machine(self) -> None:
        """Do the same with all processes of that worker's machine."""
        victim = await self._held()
        pool = psutil.Process(victim).children(recursive=True)
        family = {parent.pid for parent in psutil.Process(victim).parents()}
        (manager,) = family.intersection(self._managers)
        self._managers.remove(manager)
        # The manager first: it would start the worker again.
        for pid in (manager, victim):
            os.kill(pid, signal.SIGKILL)
        _end_orphans(pool)

    async def reached(self) -> list[str]:
        """Give the addresses at which clients have reached the Redis."""
        clients = await cast("Any", self._redis.client_list())
        return sorted({one["laddr"].rpartition(":")[0] for one in clients})

    async def _held(self) -> int:
        """Wait until a worker has stopped inside a task, and give its PID."""
        victim = 0

        async def held() -> bool:
            nonlocal victim
            victim = int(await self._redis.get(HELD) or 0)
            return victim > 0

        await lab.until(held)
        return victim

    async def started(self) -> dict[int, int]:
        """Give how often each task was started, by its number."""
        counts = await cast("Any", self._redis.hgetall("started"))
        return {int(number): int(count) for number, count in counts.items()}

    async def pending(self) -> int:
        """Give how many tasks are read and not acknowledged, once none is or for `ACK_SECONDS`.

        A worker acknowledges after it has stored the result, so the last
        acknowledgement can come after the caller has read everything.
        """
        count = 0

        async def none_left() -> bool:
            nonlocal count
            count = int((await self._redis.xpending(STREAM, GROUP))["pending"])
            return count == 0

        with contextlib.suppress(TimeoutError):
            await lab.until(none_left, seconds=ACK_SECONDS)
        return count

    async def _result(self, task: AsyncTaskiqTask[Any]) -> Any:
        async with self._next:
            result = await task.wait_result(POLL_SECONDS, timeout=RESULT_TIMEOUT)
        result.raise_for_error()
        return result.return_value

    async def _kick(self, name: str, *arguments: Any) -> AsyncTaskiqTask[Any]:
        kicker: AsyncKicker[Any, Any] = AsyncKicker(name, self._broker, labels={})
        return await kicker.kiq(*arguments)

    async def _nudge(self) -> None:
        # taskiq-redis claims the tasks of a dead worker only after it has read a new task.
        # Without traffic they would stay lost.
        while True:
            await asyncio.sleep(IDLE_MS / 1000)
            await self._kick(NUDGE)


def _end_orphans(pool: list[psutil.Process]) -> None:
    """End the pool processes of a killed worker, which can outlive it.

    The resource tracker among them ignores SIGTERM. It ends after the others, and
    removes their semaphores.
    """
    for process in pool:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()


@contextlib.asynccontextmanager
async def cluster(
    workers: int,
    kind: executors.Kind,
    pool_workers: int,
    addresses: Sequence[str] = (HOME,),
) -> AsyncIterator[Cluster]:
    """Start a Redis and workers, wait until all are ready, and end them afterwards.

    Args:
        workers: TaskIQ worker processes of each machine.
        kind: of the pool in each.
        pool_workers: of that pool, and tasks that a worker runs at once.
        addresses: at which the workers reach the Redis: one for each machine, or for what
            stands for one here.

    """
    command = [sys.executable, "-m", "taskiq", "worker", "--workers", str(workers)]
    command += ["--max-async-tasks", str(pool_workers), "--max-prefetch", "0"]
    command += ["--log-level", "ERROR", "--ack-type", "when_saved"]
    command += ["examples.interpreters.harness.taskiq.tasks:broker"]
    env = {"POOL_KIND": kind, "POOL_WORKERS": str(pool_workers)}
    async with contextlib.AsyncExitStack() as stack:
        also = [one for one in addresses if one != HOME]
        url = await stack.enter_async_context(lab.redis(*also))
        redis = await stack.enter_async_context(Redis.from_url(url))
        managers = []
        for address in addresses:
            there = env | {"REDIS_URL": url.replace(HOME, address)}
            managers.append(await stack.enter_async_context(lab.process(*command, env=there)))

        async def all_ready() -> bool:
            return int(await cast("Any", redis.scard("ready"))) == workers * len(managers)

        await lab.until(all_ready, seconds=60)
        broker = make(url)
        await broker.startup()
        try:
            yield Cluster(broker, redis, managers, workers * len(managers) * pool_workers)
        finally:
            await broker.shutdown()
            for manager in managers:
                await lab.terminate(manager)
