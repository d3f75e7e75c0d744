"""The threads that run calls for tasks: which are busy, and which of those move."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property

from examples.triage.case import Case
from examples.triage.model import Stack, Thread
from examples.triage.waits.index import wait_of
from examples.triage.waits.kinds import FUTURE, LOCK, SEMAPHORE

# Where the call of somebody else begins on the stack of a thread.
WORKER_FUNCTIONS = (
    "concurrent.futures.thread:_worker",
    "anyio._backends._asyncio:WorkerThread.run",
    "multiprocessing.pool:worker",
)
QUEUE_MODULES = ("queue", "threading", "multiprocessing.queues")
# Types of the locks of threads: one of asyncio is awaited, and blocks no thread.
THREAD_LOCKS = ("lock", "RLock", "_RLock", "Condition", "Semaphore", "BoundedSemaphore")
FEW_SWITCHES = 1.5  # a second: a thread that sleeps in one call gives up the CPU once
NATIVE_LOAD = 0.5  # CPU seconds a second of a thread without Python that computes for a call
LITTLE_LOAD = 0.03  # CPU seconds a second


class Executors:
    """The pools of threads of one case."""

    def __init__(self, case: Case) -> None:
        """Look at the threads of `case`."""
        self.case = case

    @cached_property
    def pools(self) -> dict[str, list[Thread]]:
        """The threads of each pool, by the beginning of their names."""
        found: dict[str, list[Thread]] = defaultdict(list)
        for thread in self.latest.values():
            if worker_index(thread.stack) is not None:
                found[re.sub(r"[-_ ]*[\d_-]+$", "", thread.name)].append(thread)
        return found

    @property
    def latest(self) -> dict[int, Thread]:
        """The threads as they were read last."""
        return self.case.threads[-1] if self.case.threads else {}

    @cached_property
    def any_moves(self) -> bool:
        """Whether any busy thread of a pool moves, or one that they wait for.

        That is one that holds a lock, or one of a library without Python that computes.
        """
        busy = [thread for threads in self.pools.values() for thread in threads if is_busy(thread)]
        holders = self.lockers if self.locked else []
        native = (number for number, thread in self.latest.items() if not thread.stack)
        return any(not self.stands(thread) for thread in (*busy, *holders)) or any(
            self.case.load(number) >= NATIVE_LOAD for number in native
        )

    @cached_property
    def locked(self) -> list[Thread]:
        """The threads of all pools that sleep in a lock of threads."""
        threads = (thread for threads in self.pools.values() for thread in threads)
        return [thread for thread in threads if self.stands(thread) and waits_for_lock(thread)]

    @cached_property
    def lockers(self) -> list[Thread]:
        """The other threads that hold any lock of threads."""
        waiting = {thread.id for thread in self.locked}
        return [
            thread
            for thread in self.latest.values()
            if thread.id not in waiting
            and any(held.object.type in THREAD_LOCKS for held in thread.held)
        ]

    def stands(self, thread: Thread) -> bool:
        """Whether a thread has slept in the same call, or asked for one lock, all the time."""
        history = self.case.thread_history(thread.id)
        if len(history) < 2:
            return False
        if asks_for_one_lock(history):
            return True
        same = all(one.stack == thread.stack for one in history)
        # Calls of the same function look alike, and each is an object of its own.
        calls = {one.selves for one in history if one.selves}
        return (
            same
            and len(calls) < 2
            and self.case.switches(thread.id) <= FEW_SWITCHES
            and self.case.load(thread.id) <= LITTLE_LOAD
        )

    def waits_for_own_pool(self, thread: Thread) -> bool:
        """Whether the call in a thread waits for the result of another call."""
        work = work_of(thread.stack)
        found = wait_of(work)
        return (
            found is not None
            and found[0].family == FUTURE
            and work[found[1]].module.startswith("concurrent.")
        )


def asks_for_one_lock(history: list[Thread]) -> bool:
    """Whether a thread has asked for one lock of other processes all the time.

    It sleeps between two questions and moves with each, and gets nothing.
    """
    calls = set()
    for thread in history:
        found = wait_of(thread.stack)
        if found is None or found[0].family != LOCK or not found[0].elsewhere:
            return False
        known = thread.selves[found[1]] if found[1] < len(thread.selves) else None
        calls.add((thread.stack[found[1] + 1 :], known))
    return len({stack for stack, _ in calls}) == 1 and len({one for _, one in calls if one}) < 2


def worker_index(stack: Stack) -> int | None:
    """Give the index of the frame below which the call of somebody else runs."""
    return next(
        (number for number, frame in enumerate(stack) if frame.name in WORKER_FUNCTIONS), None
    )


def work_of(stack: Stack) -> Stack:
    """Give the frames of the call that a thread of a pool runs; empty for one at rest."""
    index = worker_index(stack)
    if index is None:
        return stack
    inner = stack[:index]
    # A thread at rest waits for its next call.
    return () if not inner or inner[-1].module in QUEUE_MODULES else inner


def is_busy(thread: Thread) -> bool:
    """Whether a thread of a pool runs a call."""
    return bool(work_of(thread.stack))


def waits_for_lock(thread: Thread) -> bool:
    """Whether the call of a thread waits for a lock: in a function of a library, or by itself."""
    work = work_of(thread.stack)
    found = wait_of(work)
    if found is not None:
        return found[0].family in {LOCK, SEMAPHORE}
    return bool(work) and work[0].own and "futex" in thread.channel


def waits_for_work(stack: Stack) -> bool:
    """Whether a call waits for something that may take as long as it likes."""
    found = wait_of(work_of(stack))
    return found is not None and found[0].new_work
