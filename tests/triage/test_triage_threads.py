"""The stacks of worker threads are read to their ends, and only what is sure is believed."""

import subprocess
from pathlib import Path

import pytest

from examples.triage.before.memory import read_threads
from examples.triage.before.model import Frame, Process, Stack
from examples.triage.before.stacks import WholeStacks, complete
from examples.triage.read.proc import open_process
from tests.triage.small_targets import target, until


def worker_of(process: Process, threads: dict[int, Stack]) -> int:
    """Give the id of the only thread besides the main one."""
    (worker,) = threads.keys() - {process.main}
    return worker


def asleep(process: Process) -> bool:
    """Tell whether that thread sleeps, so that its stack does not change any more."""
    worker = worker_of(process, read_threads(process))
    return "nanosleep" in Path(f"/proc/{process.pid}/task/{worker}/wchan").read_text()


def test_stack_goes_on_beyond_c() -> None:
    """A function that C called does not hide the function that called C."""
    with target("in_thread") as child:
        process = open_process(child.pid)
        until(lambda: asleep(process))
        threads = read_threads(process)
        worker = worker_of(process, threads)
        (cut,) = threads[worker]
        complete(process, threads)

    functions = [frame.function for frame in threads[worker]]
    assert functions[:2] == ["main.<locals>.wait", "main.<locals>.order"]
    assert functions[-1] == "Thread._bootstrap"
    assert threads[worker][0] == cut


def test_thread_that_moved_on_keeps_what_was_read() -> None:
    """A whole stack that does not begin as CPython's own reader saw it is left out."""
    with target("in_thread") as child:
        process = open_process(child.pid)
        threads = read_threads(process)
        worker = worker_of(process, threads)
        seen = (Frame("elsewhere.py", 1, "earlier"),)
        threads[worker] = seen
        complete(process, threads)

    assert threads[worker] == seen


def test_end_of_the_process_is_no_error() -> None:
    """Where the memory is gone, the stacks stay as they were."""
    with target("in_thread") as child:
        process = open_process(child.pid)
        threads = read_threads(process)
        before = dict(threads)
        child.kill()
        child.wait()
        complete(process, threads)

    assert threads == before


def test_no_descriptor_is_left_open() -> None:
    """A process without a runtime of CPython leaves no descriptor behind."""
    with subprocess.Popen(["sleep", "3600"]) as child:
        before = len(list(Path("/proc/self/fd").iterdir()))
        with pytest.raises(LookupError):
            WholeStacks(child.pid)
        after = len(list(Path("/proc/self/fd").iterdir()))
        child.kill()

    assert after == before
