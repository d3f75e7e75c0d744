"""Readings that are right as of one moment, though the process goes on while it is read.

Many things are read in batches over pages that are kept. Then the pages are read again:
what lies in pages that are the same was so between the two. Everything else is read
anew, alone, until two readings agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from examples.triage.read.errors import TornError
from examples.triage.read.memory import Memory

BATCH = 4_096
MOST_PAGES_KEPT = 4_096
TRIES = 20
# Readings that a process in motion may cost in all: beyond these each thing has three.
MOST_TRIES = 5_000
FEWEST_TRIES = 3

Found = TypeVar("Found")


class Settled(Generic[Found]):
    """Reads things of one kind by their addresses.

    Attributes:
        retries: how many were in motion and were read again.

    """

    def __init__(
        self,
        memory: Memory,
        read: Callable[[int], Found],
        same: Callable[[Found, Found], bool],
        doubtful: Callable[[Sequence[Found | None]], set[int]],
    ) -> None:
        """Take the functions that know the kind.

        Args:
            memory: of the process.
            read: reads one thing; raises TornError when it is in motion.
            same: tells whether two readings agree.
            doubtful: tells which of a batch, by their place in it, rest on something
                that is no longer as it was.

        """
        self.memory = memory
        self.read = read
        self.same = same
        self.doubtful = doubtful
        self.retries = 0
        self._tries = 0

    def all(self, addresses: Sequence[int]) -> Iterator[Found | None]:
        """Give each thing in turn; None for what stayed in motion."""
        for begin in range(0, len(addresses), BATCH):
            batch = addresses[begin : begin + BATCH]
            found = [self._once(address) for address in batch]
            again = self._in_motion(batch, found)
            for place in sorted(again):
                found[place] = self.alone(batch[place])
            self.retries += len(again)
            yield from found

    def _once(self, address: int) -> Found | None:
        try:
            return self.read(address)
        except TornError:
            return None

    def _in_motion(self, batch: Sequence[int], found: Sequence[Found | None]) -> set[int]:
        memory = self.memory
        again = {place for place, thing in enumerate(found) if thing is None}
        changed = memory.changed()
        if changed:
            again |= {
                place
                for place, address in enumerate(batch)
                if not changed.isdisjoint(memory.used_by(self.read, address))
            }
        if again or len(memory.pages) > MOST_PAGES_KEPT:
            memory.forget()
        return again | self.doubtful(found)

    def alone(self, address: int) -> Found | None:
        """Read one thing until two readings agree; None when none do."""
        last: Found | None = None
        for _ in range(TRIES if self._tries < MOST_TRIES else FEWEST_TRIES):
            self._tries += 1
            self.memory.forget(ahead=False)
            thing = self._once(address)
            if last is not None and thing is not None and self.same(last, thing):
                return thing
            last = thing
        return None
