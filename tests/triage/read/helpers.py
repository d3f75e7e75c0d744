"""Start targets on each interpreter that there is."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from examples.triage.model import Task
from examples.triage.read.reader import Reader
from examples.triage.read.tasks import Reading

TARGETS = Path(__file__).parent / "targets"
ROOT = TARGETS.parents[3]
# More interpreters to read, separated as in PATH; the running one is always there.
PYTHONS = [sys.executable, *filter(None, os.environ.get("TRIAGE_TARGETS", "").split(os.pathsep))]


@contextlib.contextmanager
def target(
    script: str, *arguments: str, python: str = sys.executable
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a target and give it with its first line, which it prints when it is ready."""
    command = [python, "-B", str(TARGETS / f"{script}.py"), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        try:
            assert child.stdout is not None
            line = child.stdout.readline()
            assert line, f"{script} did not start"
            yield child, line
        finally:
            child.kill()


@contextlib.contextmanager
def reading(pid: int) -> Iterator[Reader]:
    """Read a process."""
    with contextlib.closing(Reader(pid)) as reader:
        yield reader


def by_name(reading: Reading) -> dict[str, Task]:
    """Give the tasks by name."""
    assert not reading.missed
    named = {task.name: task for task in reading.tasks}
    assert len(named) == len(reading.tasks)
    return named


def functions(task: Task) -> list[str]:
    """Name the functions of the stack, innermost first."""
    return [frame.function for frame in task.stack]
