"""The futures between tasks: who awaits one, and whether it is done."""

from __future__ import annotations

from examples.triage.read.errors import TornError
from examples.triage.read.frames import struct_of
from examples.triage.read.layout import FUTURE_LOOP
from examples.triage.read.locate import Located
from examples.triage.read.memory import Memory
from examples.triage.read.objects import Objects

MOST_FUTURES = 10_000  # between a task and those that await it
PENDING, FINISHED = 0, 2


class Futures:
    """Reads the futures of one process; a task is one as well."""

    def __init__(self, memory: Memory, located: Located, objects: Objects) -> None:
        self.memory = memory
        self.objects = objects
        at = located.layout
        is_task = at["asyncio.task.is_task"]
        self._awaited = struct_of(
            (at["asyncio.task.awaited_by"], "Q"),
            (is_task, "B"),
            (is_task + 1, "B"),  # whether several await it
        )
        self._state = struct_of((FUTURE_LOOP, "Q"), (is_task - 4, "i"), (is_task, "B"))

    def awaiters(self, thing: int, is_set: int) -> tuple[int, ...]:
        """Give the tasks that await something, through all futures in between.

        Args:
            thing: address of what awaits it, or of a set of these.
            is_set: whether it is a set.

        Raises:
            TornError: when it was in motion.

        """
        found: dict[int, None] = {}
        seen: set[int] = set()
        left = [(thing, is_set)]
        while left:
            thing, is_set = left.pop()
            members = list(self.objects.members(thing)) if is_set else [thing]
            for member in members:
                if member in seen:
                    continue
                seen.add(member)
                raw, at = self.memory.view(member, self._awaited.size)
                awaited_by, is_task, several = self._awaited.unpack_from(raw, at)
                if is_task > 1 or several > 1 or len(seen) > MOST_FUTURES + len(found):
                    raise TornError("no future")
                if is_task:
                    found[member] = None
                elif awaited_by:
                    left.append((awaited_by, several))
        return tuple(sorted(found))

    def is_done(self, future: int, loop: int) -> bool:
        """Say whether a future of `loop` is done; false for one of another kind or loop.

        Raises:
            TornError: when it was in motion.

        """
        raw, at = self.memory.view(future, self._state.size)
        its_loop, state, is_task = self._state.unpack_from(raw, at)
        return bool(its_loop == loop and is_task <= 1 and PENDING < state <= FINISHED)
