"""TaskIQ workers behind the interface of `concurrent.futures.Executor`."""

import asyncio
import contextlib
import pickle
import threading
from base64 import b64decode
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future
from typing import cast

from examples.interpreters.harness.taskiq.cluster import cluster


class TaskiqExecutor(Executor):
    """Sends each call through Redis Streams to worker processes that take one at a time.

    Only functions of `examples.interpreters.harness.worker` can be called, with arguments
    that JSON can hold.

    Args:
        workers: TaskIQ worker processes.

    """

    def __init__(self, workers: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="taskiq")
        self._thread.start()
        self._stack = contextlib.AsyncExitStack()
        try:
            opened = self._stack.enter_async_context(cluster(workers, "thread", 1))
            self._cluster = self._start(opened).result()
        except BaseException:
            self._stop()
            raise

    def submit[**P, T](self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Send a call to the workers.

        Raises:
            TypeError: for keyword arguments, which the task does not take.

        """
        if kwargs:
            raise TypeError(f"no keyword arguments: {', '.join(kwargs)}")
        return cast("Future[T]", self._start(self._call(fn.__name__, args)))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 # as in Executor
        """End the workers and their Redis; both arguments are there for the interface only."""
        del wait, cancel_futures
        self._start(self._stack.aclose()).result()
        self._stop()

    async def _call(self, name: str, arguments: tuple[object, ...]) -> object:
        packed = await self._cluster.call(name, arguments)
        return pickle.loads(b64decode(packed))  # noqa: S301 # made by our own worker

    def _start[T](self, what: Coroutine[object, object, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(what, self._loop)

    def _stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
