"""Reads processes again and again over a while."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator, Sequence

from examples.triage.before.case import inside_callback, is_tree
from examples.triage.before.memory import _running, ensure_same, read, read_tasks, read_threads
from examples.triage.before.model import ENDS, Look, Process
from examples.triage.before.stacks import complete
from examples.triage.read.freeze import Freezer
from examples.triage.read.proc import PROC, sockets_of, stat, thread_cpu

FEWEST_LOOKS = 3
LOOKS_PER_INTERVAL = 10


def watch(
    processes: Sequence[Process], *, samples: int, interval: float, freeze: bool
) -> tuple[int, float]:
    """Fill the records of `processes` with what they do over a while.

    Args:
        processes: what to read.
        samples: how often to read the tasks.
        interval: seconds from one sample to the next.
        freeze: stop each process while its tasks are read.

    Returns:
        How many samples were taken, and the seconds from the first to the last.

    """
    with contextlib.ExitStack() as stack:
        freezers = {}
        for process in processes if freeze else ():
            with recording(process):
                freezers[process.pid] = Freezer(process)
                stack.callback(freezers[process.pid].close)
        begin = time.perf_counter()
        due, taken = begin, 0
        while taken < samples:
            for process in processes:
                sample(process, freezers.get(process.pid))
            taken += 1
            last = time.perf_counter()
            # A process with a great many tasks is read twice, not for a minute.
            if last - due > 2 * interval + 1 and taken > 1:
                break
            due = max(due + interval, last)
            if taken < samples:
                look_around(processes, due, interval / LOOKS_PER_INTERVAL)
    return taken, last - begin


def sample(process: Process, freezer: Freezer | None) -> None:
    """Read the tasks of one process, its CPU time and its sockets once."""
    if process.is_over:
        return
    with recording(process):
        ensure_same(process)
        process.cpu.append(thread_cpu(process.pid))
        process.sockets.append(sockets_of(process.pid))
        # The threads first: they can be read even where the tasks cannot.
        look(process)
        process.has_tree = False
        with freezer.stopped() if freezer else contextlib.nullcontext():
            process.snapshots.append(read_tasks(process))
        process.has_tree = is_tree(process.snapshots[-1].values())
        process.failures = 0


def look(process: Process) -> None:
    """Read the threads of one process once."""
    state = stat(PROC / str(process.pid) / "task" / str(process.pid)).state
    process.stopped = process.stopped or state in "Tt"
    threads = read_threads(process)
    complete(process, threads)
    # Where C called back into Python the stack of a thread ends early. That of the
    # running task does not, but reading it follows the awaiters: through a circle of
    # them without end.
    if process.has_tree and inside_callback(threads.get(process.main, ())):
        threads[process.main] = (
            read(process, "get_async_stack_trace", _running) or threads[process.main]
        )
    process.looks.append(Look(state, threads))


def look_around(processes: Sequence[Process], until: float, pause: float) -> None:
    """Look at the threads of all processes again and again up to a point in time."""
    for number in itertools.count():
        left = until - time.perf_counter()
        if left <= 0 and number >= FEWEST_LOOKS:
            break
        time.sleep(min(pause, max(left, pause / 5)))
        for process in processes:
            if not process.is_over:
                with recording(process):
                    ensure_same(process)
                    look(process)


@contextlib.contextmanager
def recording(process: Process) -> Iterator[None]:
    """Keep what goes wrong in the record of the process."""
    try:
        yield
    except ENDS as error:
        process.error = error
