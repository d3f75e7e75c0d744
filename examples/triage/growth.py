"""What has become more, and what stands still, between two captures of one process."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from examples.triage.group import Grouping
from examples.triage.model import Frame, Key, Process, Snapshot


class Growth(NamedTuple):
    """One group of tasks in two captures.

    Attributes:
        place: where they wait.
        waiting_on: for what.
        before: how many there were.
        after: how many there are.
        kept: how many of the first are still there.
        rate: change in tasks per minute.

    """

    place: Frame
    waiting_on: str
    before: int
    after: int
    kept: int
    rate: float


def compare(before: Process, after: Process) -> tuple[Growth, ...]:
    """Compare two captures of one process by group, the fastest growth first.

    Args:
        before: the earlier capture.
        after: the later one, of the same process.

    Raises:
        ValueError: when they are not of the same process, or in the wrong order.

    """
    if before.start != after.start:
        raise ValueError("the two captures are of different processes")
    seconds = after.age - before.age
    if seconds <= 0:
        raise ValueError("the first capture must be later than its baseline")
    old, new = _members(before), _members(after)
    found = []
    for name in old.keys() | new.keys():
        frame, waiting_on = (new.get(name) or old[name])[0]
        earlier = old[name][1] if name in old else set()
        later = new[name][1] if name in new else set()
        rate = (len(later) - len(earlier)) / seconds * 60
        found.append(
            Growth(frame, waiting_on, len(earlier), len(later), len(earlier & later), rate)
        )
    return tuple(sorted(found, key=lambda one: (-one.rate, one.place)))


GroupName = tuple[str, str, str]


def _members(process: Process) -> dict[GroupName, tuple[tuple[Frame, str], set[Key]]]:
    readable = [snapshot for snapshot in process.snapshots if snapshot.readable]
    last: list[Snapshot] = readable[-1:]
    keys: dict[GroupName, set[Key]] = defaultdict(set)
    labels: dict[GroupName, tuple[Frame, str]] = {}
    for group in Grouping(last).groups:
        name = (group.place.file, group.place.function, group.waiting_on)
        labels.setdefault(name, (group.place, group.waiting_on))
        keys[name].update(task.key for task in group.tasks)
    return {name: (labels[name], keys[name]) for name in labels}
