"""Tasks that wait for the same object."""

from __future__ import annotations

from dataclasses import dataclass, field

from examples.triage.group import Waiting
from examples.triage.model import Frame, Key, Object, Task
from examples.triage.places import most_common_place


@dataclass
class Waiters:
    """Tasks that wait for one object, wherever they do so.

    Attributes:
        object: what they wait for; None where that cannot be told.
        waiting: how the first of them waits.
        tasks: those that wait in the last snapshot.
        standing: those of them that have not moved.
        left: waiters of an earlier snapshot that wait no longer, or for another turn.

    """

    object: Object | None
    waiting: Waiting
    tasks: list[Task] = field(default_factory=list)
    standing: list[Task] = field(default_factory=list)
    left: int = 0

    @property
    def place(self) -> Frame:
        """Where most of them wait."""
        return most_common_place(task.stack for task in self.standing or self.tasks)[0]

    @property
    def keys(self) -> set[Key]:
        """The keys of all of them."""
        return {task.key for task in self.tasks}


def identity_of(waiting: Waiting) -> object:
    """Give what is the same for all that wait for one object, or at one place for none."""
    if waiting.object is not None:
        return waiting.family, waiting.object.address
    return waiting.family, waiting.function, waiting.place.file, waiting.place.function
