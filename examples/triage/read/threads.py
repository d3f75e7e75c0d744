"""The threads of all interpreters, and their stacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from examples.triage.model import Thread
from examples.triage.read.consistency import TRIES, Settled
from examples.triage.read.errors import TornError
from examples.triage.read.frames import Chain, Frames, agreed, struct_of
from examples.triage.read.holding import Details, Entered
from examples.triage.read.locate import Located
from examples.triage.read.memory import WORD, Memory
from examples.triage.read.objects import Objects

MOST_INTERPRETERS = 10_000
MOST_THREADS = 100_000


class ThreadState(NamedTuple):
    """Where the state of a thread is, and the id of its interpreter."""

    address: int
    interpreter: int


class Interpreter(NamedTuple):
    """An interpreter: its address and its id."""

    address: int
    id: int


class State(NamedTuple):
    """What a thread does.

    Attributes:
        id: its native id.
        chain: its frames.
        details: their objects.
        loop: address of the event loop that runs in it.
        task: address of the task that runs in it.

    """

    id: int
    chain: Chain
    details: Details
    loop: int
    task: int


NO_DETAILS: Details = ((), ())


def interpreters(memory: Memory, located: Located) -> Iterator[Interpreter]:
    """Give the interpreters of the process.

    Raises:
        TornError: when their list was in motion.

    """
    at = located.layout
    address = memory.word(located.runtime + at["runtime.interpreters_head"])
    seen: set[int] = set()
    while address:
        if address in seen or len(seen) > MOST_INTERPRETERS:
            raise TornError("a list of interpreters that goes round")
        seen.add(address)
        yield Interpreter(address, memory.word(address + at["interpreter.id"]))
        address = memory.word(address + at["interpreter.next"])


def places(memory: Memory, located: Located) -> list[ThreadState]:
    """List the threads of the process.

    Raises:
        TornError: when a list stays in motion.

    """
    for attempt in range(TRIES):
        memory.forget()
        try:
            return [
                ThreadState(address, interpreter.id)
                for interpreter in list(interpreters(memory, located))
                for address in _threads_of(memory, located, interpreter.address)
            ]
        except TornError:
            if attempt == TRIES - 1:
                raise
    return []


def _threads_of(memory: Memory, located: Located, interpreter: int) -> Iterator[int]:
    at = located.layout
    address = memory.word(interpreter + at["interpreter.threads_head"])
    links = struct_of(
        (at["thread.prev"], "Q"), (at["thread.next"], "Q"), (at["thread.interp"], "Q")
    )
    before, count = 0, 0
    while address:
        raw, start = memory.view(address, links.size)
        previous, following, owner = links.unpack_from(raw, start)
        if owner != interpreter or previous != before or count > MOST_THREADS:
            raise TornError("a list of threads that was in motion")
        yield address
        count += 1
        before, address = address, following


class Threads:
    """Reads the threads of one process."""

    def __init__(self, memory: Memory, located: Located, frames: Frames, holding: Entered) -> None:
        at = located.layout
        self.memory = memory
        self.located = located
        self.frames = frames
        self.holding = holding
        self.retries = 0
        self._state = struct_of(
            (at["thread.current_frame"], "Q"), (at["thread.native_thread_id"], "Q")
        )
        self._outer: dict[int, Chain] = {}

    def state(self, address: int, *, details: bool) -> State:
        """Read what a thread does.

        Raises:
            TornError: when it was in motion.

        """
        raw, start = self.memory.view(address, self._state.size)
        frame, native = self._state.unpack_from(raw, start)
        chain = self.frames.executing(frame)
        loop = task = 0
        if self.located.asyncio:
            at = self.located.layout
            begin = address + at["asyncio.thread.running_loop"]
            raw, start = self.memory.view(begin, 16)
            loop, task = WORD.unpack_from(raw, start)[0], WORD.unpack_from(raw, start + 8)[0]
        return State(native, chain, self._details(chain) if details else NO_DETAILS, loop, task)

    def _details(self, chain: Chain) -> Details:
        """Read the objects of frames that run: those of the innermost ones may be in motion."""
        try:
            return self.holding.of(chain)
        except TornError:
            return NO_DETAILS

    def _same(self, before: State, after: State) -> bool:
        common = agreed(before.chain, after.chain)
        self._outer[after.id] = common
        length = len(common.where)
        return (
            before.id == after.id
            and length == len(before.chain.where) == len(after.chain.where)
            and not self.frames.objects.other_codes(after.chain.codes())
        )

    def _doubtful(self, found: Sequence[State | None]) -> set[int]:
        return doubtful_chains(self.frames.objects, [state and state.chain for state in found])

    def read(self, *, details: bool) -> list[Thread]:
        """Read all threads.

        Raises:
            TornError: when their list stays in motion.

        """
        self.frames.objects.renew()
        self.holding.renew()
        self._outer.clear()
        found = places(self.memory, self.located)
        settled = Settled(
            self.memory,
            lambda address: self.state(address, details=details),
            self._same,
            self._doubtful,
        )
        states = settled.all([place.address for place in found])
        threads = [
            self._thread(place, state) for place, state in zip(found, states)
        ]  # newer than 3.9
        self.retries += settled.retries
        return [thread for thread in threads if thread is not None]

    def _thread(self, place: ThreadState, state: State | None) -> Thread | None:
        if state is None:
            # It runs too fast to be caught at rest: the frames that stay are right.
            self.memory.forget()
            try:
                state = self.state(place.address, details=False)
            except TornError:
                return None
            state = state._replace(chain=self._outer.get(state.id, Chain((), ())))
        selves, held = state.details
        return Thread(
            id=state.id,
            stack=self.frames.stack(state.chain.where),
            loop=state.loop,
            interpreter=place.interpreter,
            held=held,
            selves=selves,
        )


def doubtful_chains(objects: Objects, chains: Sequence[Chain | None]) -> set[int]:
    """Tell which stacks, by their places, have a code object that is no longer what it was."""
    distinct = {chain.where for chain in chains if chain is not None}
    other = objects.other_codes({code for where in distinct for code in where[::2]})
    if not other:
        return set()
    return {
        place
        for place, chain in enumerate(chains)
        if chain is not None and not other.isdisjoint(chain.codes())
    }
