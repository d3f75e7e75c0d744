"""The process that holds one kind of executor while it is measured.

The harness starts one for each kind and talks to it in lines of JSON on standard
input and output, so that no kind shares a process with another: a child that is
forked beside a live interpreter crashes. It ends when its standard input does.
"""

import contextlib
import functools
import gc
import hashlib
import importlib
import itertools
import json
import multiprocessing
import signal
import statistics
import sys
import threading
import time
from collections.abc import Callable
from concurrent import interpreters
from concurrent.futures import Executor, Future
from typing import Any

from examples.interpreters.analysis import intervals
from examples.interpreters.harness import executors, handover, lag, load, processes, worker
from examples.interpreters.workloads import kernel

EMPTY_CALLS = 100


class Host:
    """One pool and what is loaded into it.

    Args:
        kind: of the executor.

    """

    def __init__(self, kind: executors.Measured) -> None:
        self._open = _opener(kind)
        self._is_direct = kind == "direct"
        self._workers = 0
        self._pool: Executor = executors.open_pool("direct", 1)
        self._call_cost = 0.0
        self._workload = ""
        self._senders: dict[str, handover.Sender] = {}
        self._chunk: dict[str, int] = {}
        self._added: dict[str, float] = {}
        self._tree = processes.tree()

    def start(self, workers: int, module: str, preload: list[str]) -> dict[str, float]:
        """Measure the time until all workers of a new pool have answered, twice, in seconds.

        Args:
            workers: of the pool.
            module: whose `ready` is called; empty for a function that needs no module.
            preload: modules that the fork server imports before it forks.

        """
        # Imported only now, since each module that this process holds is a module
        # that its forked children need not import.
        ready = importlib.import_module(module).ready if module else None
        multiprocessing.set_forkserver_preload(preload)
        seconds = []
        for _ in range(2):
            start = time.perf_counter()
            with self._open(workers) as pool:
                if ready:
                    executors.warm_up(pool, workers, ready)
                else:
                    pool.submit(_nothing).result()
                seconds.append(time.perf_counter() - start)
        return {"first": seconds[0], "again": seconds[1]}

    def open(self, workers: int, module: str = "") -> dict[str, float]:
        """Open the pool, warm it up, and measure an empty call in seconds.

        Args:
            workers: of the pool.
            module: that each worker imports as well.

        """
        self._workers = workers
        if module:
            # What this process needs in any case is no part of what a worker adds.
            importlib.import_module(module)
        before = processes.memory(processes.tree())
        self._pool = self._open(workers)
        executors.warm_up(self._pool, workers, worker.ready, module)
        self._tree = processes.tree()
        after = processes.memory(self._tree)
        self._added = {
            name: (getattr(after, name) - getattr(before, name)) / workers for name in after._fields
        }
        calls = [self._timed(worker.echo, None) for _ in range(EMPTY_CALLS)]
        self._call_cost = intervals.interval(calls).median
        return {"call_cost": self._call_cost}

    def load(
        self,
        workload: str,
        form: handover.Form,
        slice_time: float,
        share: list[int],
        **size: Any,
    ) -> dict[str, Any]:
        """Take slices in one form of hand-over, and run them once to warm up.

        Args:
            workload: a name in `WORKLOADS`, or a function named ``package.module:name``.
            form: of the hand-over.
            slice_time: measured seconds of one slice; 0 for one slice a call.
            share: first slice and step, for a control that runs a part of them.
            size: ``steps, payload, slices`` of the kernel, or ``seed, instruments,
                bars`` of a market, or ``make, most`` of a function: what makes its
                slices, and how many of them are run.

        """
        self._workload = workload
        slices = load.make(workload, **size)[share[0] :: share[1]]
        objects = slices if load.is_foreign(workload) else None
        self._chunk[form] = 1
        if slice_time:
            self._chunk[form] = executors.chunk_size(
                self._call_cost, slice_time, len(slices), self._workers
            )
        self._senders[form] = handover.Sender(form, slices, objects)
        parts = self._run(form)
        digest = hashlib.sha256(repr(parts).encode()).hexdigest()
        return {
            "digest": digest,
            "chunk": self._chunk[form],
            "payload": load.payload(slices[0]),
            "slices": len(slices),
        }

    def unload(self) -> dict[str, Any]:
        """Let go of everything that `load` took."""
        for sender in self._senders.values():
            sender.close()
        self._senders.clear()
        gc.collect()
        return {}

    def round(self, form: str) -> dict[str, float]:
        """Run all slices; start and end are readings of the clock that all processes share."""
        before = processes.cpu(self._tree)
        start = time.perf_counter()
        self._run(form)
        end = time.perf_counter()
        after = processes.cpu(self._tree)
        cpu = {name: getattr(after, name) - getattr(before, name) for name in after._fields}
        return {"start": start, "end": end} | cpu

    def calls(self, form: str, count: int) -> list[float]:
        """Give the latencies of `count` calls of one slice each, seconds, each worker kept busy."""
        start = self._starter(form)
        return self._closed_loop(lambda number: start(number).result(), count)

    def lag(self, form: str, count: int) -> float:
        """Give how late an event loop wakes at most while it waits for `count` slices, seconds."""
        return lag.longest(self._starter(form), count, self._clients)

    def hand_overs(self, form: str, count: int) -> list[float]:
        """Give the seconds of `count` hand-overs of the first slice, one after another."""
        sender = self._senders[form]
        seconds = []
        for _ in range(count):
            start = time.perf_counter()
            payload = sender.payload(0)
            self._submit(sender, payload).result()
            seconds.append(time.perf_counter() - start)
        return seconds

    def profile(self, form: str, hand_overs: int, busy: int) -> dict[str, float]:
        """Give where the time of a round trip goes, as medians in seconds.

        Args:
            form: of the hand-over.
            hand_overs: slices one after another: until `submit` returns, until the slice
                begins, until it ends, and until the answer is here.
            busy: slices submitted at once: the slice itself beside its siblings, and
                the gap in which its worker waits for the next one.

        """
        sender, stamps = self._senders[form], []

        def submit() -> Future[tuple[worker.Identity, float, float]]:
            chunk = (sender.payload(0),)
            return self._pool.submit(worker.stamped, self._workload, sender.form, chunk)

        for _ in range(hand_overs):
            start = time.perf_counter()
            future = submit()
            submitted = time.perf_counter()
            _, begin, end = future.result()
            stamps.append(
                (submitted - start, begin - start, end - begin, time.perf_counter() - end)
            )
        medians = map(statistics.median, zip(*stamps, strict=True))
        parts = dict(zip(("submit", "there", "slice", "back"), medians, strict=True))
        answers = sorted(future.result() for future in [submit() for _ in range(busy)])
        gaps = [
            later[1] - earlier[2]
            for earlier, later in itertools.pairwise(answers)
            if earlier[0] == later[0]
        ]
        spans = [end - begin for _, begin, end in answers]
        return parts | {"busy": statistics.median(spans), "gap": statistics.median(gaps)}

    def round_trips(self, form: str, count: int) -> list[float]:
        """Give the seconds of `count` hand_overs of the first payload there and back."""
        sender = self._senders[form]
        payload = sender.payload(0)
        return [self._timed(worker.echo, payload) for _ in range(count)]

    def arrivals(self, rate: float, steps: list[int]) -> dict[str, list[float]]:
        """Give latencies in seconds of requests that arrive at a fixed rate, and of a closed loop.

        An open loop does not wait for an answer before it sends the next request.
        The latency runs from when the request was due, so that a stall counts
        for each request that it delays.

        Args:
            rate: requests a second.
            steps: of the kernel, one number a request.

        """
        payloads = [kernel.slice_of(one, 1024).tobytes() for one in steps]
        done = [0.0] * len(steps)
        begin = time.perf_counter() + 0.05
        due = [begin + number / rate for number in range(len(steps))]

        def submit(number: int) -> Future[Any]:
            chunk = (payloads[number],)
            return self._pool.submit(worker.run_chunk, "kernel", "packed", chunk)

        futures = []
        for number in range(len(steps)):
            while (left := due[number] - time.perf_counter()) > 0:
                time.sleep(left)
            future = submit(number)
            future.add_done_callback(_stamp(done, number))
            futures.append(future)
        for future in futures:
            future.result()
        opened = [end - start for start, end in zip(due, done, strict=True)]

        closed = self._closed_loop(lambda number: submit(number).result(), len(steps))
        return {"open": opened, "closed": closed}

    def memory(self) -> dict[str, float]:
        """Give what the warm and idle pool added to the process tree, bytes for each worker."""
        return self._added

    def serialize(self, repeats: int) -> dict[str, list[float]]:
        """Give the seconds of each step that hands over the first slice, without any worker.

        Args:
            repeats: how often each step is timed.

        """
        steps = handover.steps(self._senders["objects"].payload(0))
        return {what: [_seconds(step) for _ in range(repeats)] for what, step in steps.items()}

    def close(self) -> None:
        """Shut the pool down; one that is broken has ended already."""
        with contextlib.suppress(Exception):
            self.unload()
            self._pool.shutdown()

    def _starter(self, form: str) -> Callable[[int], Future[Any]]:
        sender = self._senders[form]
        return lambda number: self._submit(sender, sender.payload(number % len(sender)))

    @property
    def _clients(self) -> int:
        return 1 if self._is_direct else self._workers

    def _submit(self, sender: handover.Sender, payload: Any) -> Future[Any]:
        return self._pool.submit(
            worker.run_chunk, self._workload, sender.form, (payload,), sender.code
        )

    def _run(self, form: str) -> list[Any]:
        return executors.run(self._pool, self._workload, self._senders[form], self._chunk[form])

    def _timed(self, call: Any, *arguments: Any) -> float:
        start = time.perf_counter()
        self._pool.submit(call, *arguments).result()
        return time.perf_counter() - start

    def _closed_loop(self, request: Callable[[int], None], count: int) -> list[float]:
        numbers, seconds = iter(range(count)), [0.0] * count

        def client() -> None:
            # Taking a number from an iterator of integers is atomic under the GIL.
            for number in numbers:
                start = time.perf_counter()
                request(number)
                seconds[number] = time.perf_counter() - start

        threads = [threading.Thread(target=client) for _ in range(self._clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return seconds


def _opener(kind: executors.Measured) -> Callable[[int], Executor]:
    if kind == "taskiq":
        # Only here, so that no other kind is charged for the imports.
        from examples.interpreters.harness.taskiq.executor import TaskiqExecutor  # noqa: PLC0415

        return TaskiqExecutor
    return functools.partial(executors.open_pool, kind)


def _reason(error: BaseException) -> str:
    """Give the error at the bottom of a chain of causes, in a line."""
    # A process pool hangs a whole traceback below the error itself.
    while error.__cause__ and type(error.__cause__).__name__ != "_RemoteTraceback":
        error = error.__cause__
    # An interpreter that fails tells its own error in the text.
    if isinstance(error, interpreters.ExecutionFailed):
        return str(error).partition("\n")[0]
    return f"{type(error).__name__}: {error}".partition("\n")[0]


def _seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _nothing() -> None:
    """Read no global, so that CPython pools bare code and imports no module."""


def _stamp(done: list[float], number: int) -> Any:
    def callback(_: Future[Any]) -> None:
        done[number] = time.perf_counter()

    return callback


# What the harness may ask for.
COMMANDS: dict[str, Callable[..., Any]] = {
    "start": Host.start,
    "open": Host.open,
    "load": Host.load,
    "unload": Host.unload,
    "round": Host.round,
    "calls": Host.calls,
    "lag": Host.lag,
    "hand_overs": Host.hand_overs,
    "round_trips": Host.round_trips,
    "profile": Host.profile,
    "arrivals": Host.arrivals,
    "memory": Host.memory,
    "serialize": Host.serialize,
}


def main(kind: executors.Measured) -> None:
    """Answer requests until standard input ends."""
    # The harness ends its hosts itself, and workers inherit this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    host = Host(kind)
    # The harness is gone when it reads no answer; its pools have to end all the same.
    with contextlib.closing(host), contextlib.suppress(BrokenPipeError):
        for line in sys.stdin:
            request = json.loads(line)
            try:
                answer = {"result": COMMANDS[request.pop("do")](host, **request)}
            except Exception as error:  # noqa: BLE001 # the harness decides what to do about it
                answer = {"error": _reason(error)}
            print(json.dumps(answer), flush=True)
