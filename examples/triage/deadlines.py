"""Which deadlines are above a wait, and will end it while somebody still waits."""

from __future__ import annotations

from collections.abc import Sequence

from examples.triage.group import SLEEPS
from examples.triage.model import Held, Task
from examples.triage.waits.index import is_deadline

EVER = 1e9  # seconds: what is infinitely far is no deadline
LATE = 120.0  # seconds until a deadline that hardly anybody waits for
OVERDUE = 1.0  # seconds by which a busy loop may miss a deadline
GROUPS = ("TaskGroup",)  # of asyncio and of anyio


def deadlines_of(task: Task, now: float, within: float = LATE) -> list[int]:
    """Give the deadlines above the wait of a task, as indices of what it has entered.

    A deadline whose moment could not be read counts, unless one inside of it, which does the
    work for it, has a moment: ``fail_after`` holds a cancel scope. One that has passed does not:
    what it cancelled is cleaning up, shielded, or has swallowed the cancellation.

    Args:
        task: a task.
        now: on its monotonic clock.
        within: seconds from then on; what ends later does not count.

    """
    known = {held.frame for held in task.held if held.when is not None}
    return [
        index
        for index, held in enumerate(task.held)
        if task.stack[held.frame].name not in SLEEPS
        and (
            now - OVERDUE <= held.when <= now + within
            if held.when is not None
            else held.frame not in known and is_deadline(held.object.type, held.function)
        )
    ]


def reaches_children(task: Task, deadlines: Sequence[int], *, waits: bool) -> bool:
    """Whether one of the deadlines of a task ends the tasks that it awaits as well.

    One that was entered within the block of a task group ends what the block awaits then, and
    not the tasks of the group.

    Args:
        task: a task.
        deadlines: as `deadlines_of` gives them.
        waits: whether it waits for other tasks at this moment.

    """
    groups = [index for index, held in enumerate(task.held) if _is_group(held)]
    return waits or not groups or any(index < groups[-1] for index in deadlines)


def _is_group(held: Held) -> bool:
    return held.object.type in GROUPS
