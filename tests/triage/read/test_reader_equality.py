"""The reader against CPython's own, on processes that stand still in one form of waiting each."""

import json
import os
import subprocess
from typing import Any

import pytest

from tests.triage.read.helpers import PYTHONS, reading, target
from tests.triage.read.targets.forms import FORMS

# By CPython's own reader, of the same version as the target.
THEIRS = """
import json, sys
from _remote_debugging import RemoteUnwinder

def line(frame):
    return frame.lineno if hasattr(frame, "lineno") else frame.location.lineno

threads = RemoteUnwinder(int(sys.argv[1])).get_all_awaited_by()
print(json.dumps({
    task.task_id: [
        task.task_name,
        sorted({waiter.task_name for waiter in task.awaited_by}),
        [[frame.funcname, line(frame)] for part in task.coroutine_stack
         for frame in part.call_stack],
    ]
    for thread in threads for task in thread.awaited_by
}))
"""
# Theirs does not go on into what is no coroutine: test_tasks_are_as_the_process_tells holds
# that the process itself tells of these frames too.
GENERATORS = {"not-begun", "await-method", "old-style", "like-a-coroutine"}
# Up to 3.14.8 it does not go on into an async generator, and fails at a step of one.
ASYNC_GENERATORS = {"context-manager", "async-for", "athrow", "aclose"}
STEPS = {"anext", "asend"}
SINCE = (3, 14, 9)


def read_twice(form: str, python: str) -> tuple[dict[str, Any], dict[str, Any], tuple[int, ...]]:
    """Read one stopped target.

    Returns:
        Name, awaiters and stack of each task by ours and by theirs, which has none where it
        fails, and the target's version.

    """
    with target("forms", form, python=python) as (child, _):
        os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
        command = [python, "-c", THEIRS, str(child.pid)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        with reading(child.pid) as reader:
            found = reader.tasks()
            version = reader.python
    assert not found.missed
    ours = {
        str(task.id): [
            task.name,
            sorted(task.awaiters),
            [[frame.function, frame.line] for frame in task.stack],
        ]
        for task in found.tasks
    }
    return ours, {} if done.returncode else json.loads(done.stdout), version


def test_enough_forms_are_equal_on_every_release() -> None:
    """At least 25 stopped targets have no difference at all that would need a reason."""
    assert len(FORMS.keys() - GENERATORS - ASYNC_GENERATORS - STEPS) >= 25
    assert FORMS.keys() > GENERATORS | ASYNC_GENERATORS | STEPS


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("form", FORMS)
def test_tasks_equal_those_of_cpython(form: str, python: str) -> None:
    """Tasks, names, awaiters and stacks are those of CPython, or its stack ends before ours."""
    ours, theirs, version = read_twice(form, python)
    old = version < SINCE
    if old and form in STEPS:
        # What theirs reads there is not what is there: it can fail in any way.
        assert len(ours) == 2
        return
    if form in GENERATORS or (old and form in ASYNC_GENERATORS):
        for identity, (_, _, stack) in theirs.items():
            whole = ours[identity][2]
            ours[identity][2] = whole[len(whole) - len(stack) :]
    assert ours == theirs
    assert len(ours) > 1
