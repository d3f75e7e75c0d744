"""The tasks that are read are those that the process itself tells of."""

import json
import subprocess
from typing import Any

import pytest

from examples.triage.model import Task
from tests.triage.read.helpers import PYTHONS, by_name, functions, reading, target

# By CPython's own reader: what it can read on each version is read in the same way here.
THEIRS = """
import json, sys
from _remote_debugging import RemoteUnwinder

threads = RemoteUnwinder(int(sys.argv[1])).get_all_awaited_by()
tasks = [task for thread in threads for task in thread.awaited_by]
names = {task.task_id: task.task_name for task in tasks}
print(json.dumps([
    [
        task.task_id,
        task.task_name,
        [frame.funcname for stack in task.coroutine_stack for frame in stack.call_stack],
        sorted({names.get(waiter.task_name) for waiter in task.awaited_by}),
    ]
    for task in tasks
]))
"""


def described(task: Task, names: dict[int, str]) -> dict[str, Any]:
    """Give a task as the process tells of it."""
    return {
        "name": task.name,
        "stack": [[frame.function, frame.line] for frame in task.stack],
        "awaiters": sorted(names[awaiter] for awaiter in task.awaiters),
        "cancels": task.cancels,
        "running": task.running,
    }


@pytest.mark.parametrize("python", PYTHONS)
def test_tasks_are_as_the_process_tells(python: str) -> None:
    """Names, stacks with lines, awaiters, cancel requests: all as the process has them."""
    with target("shapes", python=python) as (child, line), reading(child.pid) as reader:
        found = reader.tasks()
        names = {task.id: task.name for task in found.tasks}
        assert not found.missed
        read = sorted((described(task, names) for task in found.tasks), key=str)
        for task in read:
            # Calls of the account itself are on top of the main task.
            if task["running"]:
                task["stack"] = [place for place in task["stack"] if place[0] != "tell"]
        assert read == sorted(json.loads(line), key=str)


@pytest.mark.parametrize("python", PYTHONS)
def test_nothing_that_cpython_reads_is_lost(python: str) -> None:
    """Each task that CPython's own reader lists has the same name, awaiters and stack here."""
    with target("waiters", python=python) as (child, _), reading(child.pid) as reader:
        command = [python, "-c", THEIRS, str(child.pid)]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found = reader.tasks()
        ours = {task.id: task for task in found.tasks}
        names = {task.id: task.name for task in found.tasks}
        theirs = json.loads(output)
        assert len(theirs) > 20
        for identity, name, stack, awaiters in theirs:
            task = ours[identity]
            short = [function.rpartition(".")[2] for function in functions(task)]
            assert (task.name, sorted({names[each] for each in task.awaiters})) == (name, awaiters)
            assert [each.rpartition(".")[2] for each in stack] == short


@pytest.mark.parametrize("python", PYTHONS)
def test_tasks_of_other_threads_and_interpreters_are_listed(python: str) -> None:
    """A live subinterpreter hides neither its own tasks nor those beside it."""
    with target("interpreters", python=python) as (child, _), reading(child.pid) as reader:
        found = reader.tasks().tasks
        assert {(functions(task)[-1], task.interpreter) for task in found} >= {
            ("main", 0),
            ("inside", 1),
        }
        natives = {task.interpreter: task.thread for task in found}
        assert natives[0] == child.pid
        assert natives[1] not in (0, child.pid)


def test_seventy_thousand_tasks_are_read() -> None:
    """The limit of CPython's reader, 65,535 tasks, is none here."""
    with target("many", "70000") as (child, _), reading(child.pid) as reader:
        assert len(by_name(reader.tasks())) == 70_000


def test_loop_without_tasks_is_seen() -> None:
    """A loop that runs no task is known by its thread, and asyncio counts as loaded."""
    with target("idle_loop") as (child, _), reading(child.pid) as reader:
        assert reader.asyncio_loaded
        assert reader.tasks().tasks == []
        assert [bool(thread.loop) for thread in reader.threads()] == [True]


@pytest.mark.parametrize("python", PYTHONS)
def test_program_without_asyncio_has_no_tasks(python: str) -> None:
    """Where asyncio is not imported there are no tasks, and that is no error."""
    with target("no_asyncio", python=python) as (child, _), reading(child.pid) as reader:
        assert not reader.asyncio_loaded
        assert reader.tasks().tasks == []
        (thread,) = reader.threads()
        assert [frame.function for frame in thread.stack] == ["<module>", "<module>"]
        # Its table of lines is longer than the 4,096 bytes at which CPython's reader gives up.
        assert thread.stack[0].line > 3_000


def test_asyncio_that_is_imported_later_is_found() -> None:
    """A reader that was opened before the import finds the tasks after it."""
    with target("imports_late") as (child, _), reading(child.pid) as reader:
        assert reader.tasks().tasks == []
        assert child.stdin is not None
        assert child.stdout is not None
        print(file=child.stdin, flush=True)
        child.stdout.readline()
        assert [task.name for task in reader.tasks().tasks] == ["late"]


@pytest.mark.parametrize("python", PYTHONS)
def test_future_that_a_thread_completed_is_told(python: str) -> None:
    """Whether the future that a task waits for is done is read with it."""
    with target("not_woken", python=python) as (child, _), reading(child.pid) as reader:
        answered = {functions(task)[-1]: task.answered for task in reader.tasks().tasks}
        assert answered == {"main": True, "ask": False}


def test_sql_in_a_greenlet_is_shown() -> None:
    """The frames of SQLAlchemy below its greenlet belong to the stack of the task."""
    with target("greenlets") as (child, _), reading(child.pid) as reader:
        task = by_name(reader.tasks())["query"]
        stack = functions(task)
        assert stack[-1] == "query"
        assert stack.index("greenlet_spawn") > stack.index("Connection.execute")


def test_coroutine_of_cython_has_a_name() -> None:
    """A coroutine of uvloop is shown by its module and its name, though it has no Python frame."""
    with target("cython_coroutine") as (child, _), reading(child.pid) as reader:
        (frame,) = by_name(reader.tasks())["connects"].stack
        assert (frame.file, frame.function) == ("uvloop/loop.pyx", "Loop.create_connection")


@pytest.mark.parametrize("python", PYTHONS)
def test_long_coroutine_hides_nothing(python: str) -> None:
    """A coroutine with a long table of lines is read to its line, and so are those beside it."""
    with target("long_coroutine", python=python) as (child, _), reading(child.pid) as reader:
        tasks = by_name(reader.tasks())
        assert functions(tasks["long"]) == ["sleep", "long"]
        # Its table of lines is longer than the 4,096 bytes at which CPython's reader gives up.
        assert tasks["long"].stack[-1].line == 2_002
        assert functions(tasks["step"]) == ["sleep", "updates"]


def test_tasks_implemented_in_python_hide_no_loop() -> None:
    """Where another class of tasks runs, its tasks are not seen, but the loop is."""
    with target("python_tasks") as (child, _), reading(child.pid) as reader:
        assert reader.tasks().tasks == []
        assert [bool(thread.loop) for thread in reader.threads()] == [True]
