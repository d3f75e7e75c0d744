"""A process that never stands still is read as it is, and not as a mixture of two moments."""

from collections.abc import Iterator

from examples.triage.model import Task
from tests.triage.read.helpers import functions, reading, target

WORKERS = 4
READS = 200
# All stacks that a task of that kind can have while it does not run.
STACKS = {
    "leaf": (["leaf"], ["__sleep0", "sleep", "leaf"]),
    "middle": (["middle"], ["__sleep0", "sleep", "leaf", "middle"]),
    "waits": (["waits"], ["sleep", "waits"]),
}


def wrong(task: Task, names: dict[int, str]) -> Iterator[str]:
    """Tell what cannot be true of a task, by its name."""
    stack = functions(task)
    awaiters = [names[awaiter] for awaiter in task.awaiters]
    if task.name == "Task-1":
        return
    number, kind, *_ = task.name.split("/")
    if kind == "worker":
        if stack[-1] != "worker":
            yield f"{task.name} is in {stack}"
        if awaiters != ["Task-1"]:
            yield f"{task.name} is awaited by {awaiters}"
        return
    possible = stack[-1] == kind if task.running else stack in STACKS[kind]
    if not possible:
        yield f"{task.name} is in {stack}"
    if awaiters not in ([], [f"{number}/worker"]):
        yield f"{task.name} is awaited by {awaiters}"


def test_two_hundred_readings_are_right() -> None:
    """Each reading has every lasting task, and no name, stack or awaiter of another one."""
    faults: list[str] = []
    retries = missed = 0
    with target("churn", str(WORKERS)) as (child, _), reading(child.pid) as reader:
        for turn in range(READS):
            found = reader.tasks(details=bool(turn % 2))
            names = {task.id: task.name for task in found.tasks}
            faults += [fault for task in found.tasks for fault in wrong(task, names)]
            lasting = {f"{number}/worker" for number in range(WORKERS)} - set(names.values())
            faults += [f"{name} is not there" for name in lasting]
            if len(set(names.values())) < len(names):
                faults.append("a task is there twice")
            retries += found.retries
            missed += found.missed
    assert faults == []
    assert missed < READS / 20
    assert retries > READS  # or nothing was in motion
