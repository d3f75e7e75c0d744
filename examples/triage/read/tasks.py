"""The asyncio tasks of all threads and all interpreters."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import NamedTuple

from examples.triage.model import Task
from examples.triage.read.consistency import TRIES, Settled
from examples.triage.read.errors import TornError
from examples.triage.read.frames import Chain, Frames, agreed, struct_of
from examples.triage.read.futures import FINISHED, PENDING, Futures
from examples.triage.read.holding import Details, Entered
from examples.triage.read.layout import FLAG_HEAP_TYPE, FLAG_INT, FUTURE_LOOP
from examples.triage.read.locate import Located
from examples.triage.read.memory import PAGE, PAGE_BITS, PAGE_MASK, Memory
from examples.triage.read.objects import COROUTINE
from examples.triage.read.threads import (
    NO_DETAILS,
    doubtful_chains,
    interpreters,
    places,
)

NODE = struct.Struct("<QQ")
MOST_TASKS = 10_000_000
ONE_DIGIT = 1 << 3  # tag of a positive int of one digit


class List(NamedTuple):
    """A list of tasks.

    Attributes:
        head: address of its head.
        thread: address of the state of its thread; 0 for that of an interpreter.
        interpreter: id of the interpreter.

    """

    head: int
    thread: int
    interpreter: int


class Raw(NamedTuple):
    """A task as it lies in memory; one that has left its list has no name."""

    name: str
    chain: Chain
    awaiters: tuple[int, ...]
    future: int
    loop: int
    cancels: int
    running: bool
    answered: bool
    details: Details


LEFT = Raw("", Chain((), ()), (), 0, 0, 0, running=False, answered=False, details=NO_DETAILS)


class Reading(NamedTuple):
    """The tasks of a process.

    Attributes:
        tasks: in the order of their lists.
        missed: how many could not be read.
        retries: how many were in motion and were read again.

    """

    tasks: list[Task]
    missed: int
    retries: int


class Tasks:
    """Reads the tasks of one process."""

    def __init__(self, memory: Memory, located: Located, frames: Frames, holding: Entered) -> None:
        self.memory = memory
        self.located = located
        self.frames = frames
        self.objects = frames.objects
        self.holding = holding
        self.details = False
        self.retries = 0
        self.broken = 0  # lists that could not be walked to their ends
        self.running: dict[int, int] = {}  # thread by the task that ran in it
        self.stepping: dict[int, int] = {}  # loop by the thread in which it runs
        self.natives: dict[int, int] = {}  # native id by thread
        at = located.layout
        self._current_frame = at["thread.current_frame"]
        self._running_task = at["asyncio.thread.running_task"]
        self._node = at["asyncio.task.node"]
        self._awaited_by = at["asyncio.task.awaited_by"]
        is_task, coroutine = at["asyncio.task.is_task"], at["asyncio.task.coro"]
        self._task = struct_of(
            (8, "Q"),
            (FUTURE_LOOP, "Q"),
            (self._awaited_by, "Q"),
            (is_task - 4, "i"),  # its state
            (is_task, "B"),
            (is_task + 1, "B"),  # whether several await it
            (is_task + 4, "i"),  # requests to cancel it
            (coroutine - 8, "Q"),  # the future that it waits for
            (coroutine, "Q"),
            (at["asyncio.task.name"], "Q"),
            (self._node, "Q"),
            (self._node + 8, "Q"),
        )
        self._number = struct_of((8, "Q"), (at["int.tag"], "Q"), (at["int.digit"], "I"))
        self._futures = Futures(memory, located, self.objects)

    # The lists.

    def lists(self) -> list[List]:
        """Give all lists of tasks, and note what runs.

        Raises:
            TornError: when the lists of threads stay in motion.

        """
        at = self.located.layout
        found = []
        self.running.clear()
        self.stepping.clear()
        self.natives.clear()
        for place in places(self.memory, self.located):
            thread = place.address
            loop = self.memory.word(thread + at["asyncio.thread.running_loop"])
            task = self.memory.word(thread + at["asyncio.thread.running_task"])
            self.natives[thread] = self.memory.word(thread + at["thread.native_thread_id"])
            if loop:
                self.stepping[thread] = loop
            if task:
                self.running[task] = thread
            found.append(List(thread + at["asyncio.thread.tasks_head"], thread, place.interpreter))
        offset = at["asyncio.interpreter.tasks_head"]
        found += [
            List(interpreter.address + offset, 0, interpreter.id)
            for interpreter in interpreters(self.memory, self.located)
        ]
        return found

    def nodes(self, head: int) -> tuple[list[int], int]:
        """Walk a list of tasks, and where it breaks again and from its other end.

        Returns:
            The addresses of the tasks, and how often the list was walked again.

        """
        known: dict[int, None] = {}
        for attempt in range(TRIES):
            if attempt:
                self.memory.forget()
            forward, whole = self._walk(head, 0, 8)
            known.update(dict.fromkeys(forward))
            if whole:
                return list(known), attempt
            backward, whole = self._walk(head, 8, 0)
            meets = not set(forward).isdisjoint(backward)
            known.update(dict.fromkeys(reversed(backward)))
            if whole or meets:
                return list(known), attempt + 1
        self.broken += 1
        return list(known), TRIES

    def _walk(self, head: int, ahead: int, back: int) -> tuple[list[int], bool]:
        view, pages, unpack = self.memory.view, self.memory.pages, NODE.unpack_from
        found: list[int] = []
        ahead, back = ahead // 8, back // 8
        seen: set[int] = set()
        try:
            links = unpack(*view(head, 16))
            before, node, last = head, links[ahead], links[back]
            while node != head:
                at = node & PAGE_MASK
                if at > PAGE - 16:
                    links = unpack(*view(node, 16))
                else:
                    links = unpack(pages[node >> PAGE_BITS], at)
                if links[back] != before or node in seen or len(found) > MOST_TASKS:
                    return found, False
                seen.add(node)
                found.append(node - self._node)
                before, node = node, links[ahead]
        except TornError:
            return found, False
        return found, last == before

    # A task.

    def read_one(self, address: int) -> Raw:
        """Read a task.

        Raises:
            TornError: when it was in motion.

        """
        memory, kinds = self.memory, self.objects.kinds
        raw, at = memory.view(address, self._task.size)
        (
            kind,
            loop,
            awaited_by,
            state,
            is_task,
            is_set,
            cancels,
            future,
            coroutine,
            name,
            following,
            previous,
        ) = self._task.unpack_from(raw, at)
        if not following:
            return LEFT
        if is_task != 1 or is_set > 1 or not PENDING <= state <= FINISHED or not coroutine:
            raise TornError("no task")
        if not previous or (kind not in kinds and not self._is_class(kind)):
            raise TornError("no task")
        if memory.word(following + 8) != address + self._node:
            raise TornError("a task that is not in its list")
        chain = self.frames.waiting(coroutine)
        if not chain.where and self.objects.type_of(coroutine).kind == COROUTINE:
            return LEFT  # its coroutine has ended, and so will the task in a moment
        running = chain.executing
        if running:
            chain = self._running(coroutine, chain)
        elif address in self.running:
            running = self.memory.word(self.running[address] + self._running_task) == address
        return tuple.__new__(
            Raw,
            (
                self._name(name),
                chain,
                self._futures.awaiters(awaited_by, is_set) if awaited_by else (),
                future,
                loop,
                cancels,
                running,
                bool(future) and self._futures.is_done(future, loop),
                self._details(chain, running=running) if self.details else NO_DETAILS,
            ),
        )

    def _is_class(self, kind: int) -> bool:
        return bool(self.objects.type(kind).flags & FLAG_HEAP_TYPE)

    def _details(self, chain: Chain, *, running: bool) -> Details:
        try:
            return self.holding.of(chain)
        except TornError:
            if running:
                return NO_DETAILS
            raise

    def _running(self, coroutine: int, outer: Chain) -> Chain:
        """Give the call stack of a task that runs: from the innermost call to its coroutine."""
        bottom = coroutine + self.frames.in_generator
        calls = Chain((), ())
        for thread in self.stepping:
            calls = self.frames.executing(self.memory.word(thread + self._current_frame))
            if bottom in calls.frames:
                place = calls.frames.index(bottom)
                return Chain(calls.where[place:], calls.frames[place:], executing=True)
        if len(self.stepping) != 1:
            raise TornError("a task that has just begun or ceased to run")
        # A greenlet runs: its frames end before they come to the coroutine.
        return Chain(outer.where + calls.where, outer.frames + calls.frames, executing=True)

    def _name(self, thing: int) -> str:
        raw, at = self.memory.view(thing, self._number.size)
        kind, tag, digit = self._number.unpack_from(raw, at)
        known = self.objects.types.get(kind) or self.objects.type(kind)
        if not known.flags & FLAG_INT:
            return self.objects.string(thing)
        return f"Task-{digit if tag == ONE_DIGIT else self.objects.integer(thing)}"

    # All tasks.

    def read(self, *, details: bool) -> Reading:
        """Read all tasks.

        Raises:
            TornError: when the lists of threads stay in motion.

        """
        self.objects.renew()
        self.holding.renew()
        self.details = details
        self.retries = self.broken = 0
        owners = self.owners()
        for address, thread in self.running.items():
            # One that was started eagerly is in no list until it waits for the first time.
            owners.setdefault(address, List(0, thread, 0))
        settled = Settled(self.memory, self.read_one, self._same, self._doubtful)
        addresses = list(owners)
        found = list(settled.all(addresses))
        missing = [place for place, raw in enumerate(found) if raw is None]
        if missing:
            listed = self.owners()
            for place in missing:
                there = addresses[place] in listed
                found[place] = settled.alone(addresses[place]) if there else LEFT
        missed = sum(raw is None for raw in found) + self.broken
        return Reading(self._tasks(owners, found), missed, self.retries + settled.retries)

    def owners(self) -> dict[int, List]:
        """Give the list of each task.

        Raises:
            TornError: when the lists of threads stay in motion.

        """
        owners: dict[int, List] = {}
        for each in self._lists():
            addresses, again = self.nodes(each.head)
            self.retries += again
            for address in addresses:
                owners.setdefault(address, each)
        return owners

    def _tasks(self, owners: dict[int, List], found: Sequence[Raw | None]) -> list[Task]:
        natives = self.natives
        loops = {loop: natives[thread] for thread, loop in self.stepping.items()}
        tasks = []
        for (address, owner), raw in zip(owners.items(), found):  # newer than 3.9
            if raw is None or raw is LEFT:
                continue
            name, chain, awaiters, future, loop, cancels, running, answered, (selves, held) = raw
            if awaiters:
                awaiters = tuple([each for each in awaiters if each in owners])
            tasks.append(
                Task(
                    address,
                    name,
                    self.frames.stack(chain.where),
                    awaiters,
                    loops.get(loop) or natives.get(owner.thread, 0),
                    owner.interpreter,
                    running,
                    future,
                    selves,
                    held,
                    cancels,
                    answered=answered,
                )
            )
        return tasks

    def _lists(self) -> list[List]:
        for attempt in range(TRIES):
            try:
                return self.lists()
            except TornError:
                if attempt == TRIES - 1:
                    raise
        return []

    def _same(self, before: Raw, after: Raw) -> bool:
        if before != after:
            if not before.running or not after.running:
                return False
            common = len(agreed(before.chain, after.chain).where)
            if not common == len(before.chain.where) == len(after.chain.where):
                return False
        return not self.objects.other_codes(after.chain.codes())

    def _doubtful(self, found: Sequence[Raw | None]) -> set[int]:
        again = {place for place, raw in enumerate(found) if raw is not None and raw.running}
        return again | doubtful_chains(self.objects, [raw and raw.chain for raw in found])
