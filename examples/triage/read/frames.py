"""Stacks: of what waits, from coroutine to coroutine, and of what runs, from frame to frame."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

from examples.triage.model import Frame, Stack
from examples.triage.read.errors import TornError
from examples.triage.read.layout import (
    FIRST_FIELD,
    FLAG_HEAP_TYPE,
    FLAG_INLINE_VALUES,
    FLAG_STR,
    NO_TAG,
    OWNED_BY_C,
    Layout,
)
from examples.triage.read.memory import PAGE, PAGE_BITS, PAGE_MASK, WORD, Memory
from examples.triage.read.objects import (
    COROUTINE,
    CYTHON,
    FUTURE_ITER,
    WRAPPER,
    Objects,
    Type,
)
from examples.triage.read.tables import line_of

Place = Callable[[str, int, str], Frame]

MOST_FRAMES = 100_000
LOOKED_FOR_CYCLE = 64  # frames after which a stack is checked for going round
MOST_STACK = 1 << 20  # bytes of the value stack of a frame
MOST_FIELDS = 40  # of an object of C that is searched for what it drives
GREENLET_PIMPL = 32
GREENLET_FIELDS = 40
FRAME_OF_OBJECT = 24  # f_frame of PyFrameObject
GREENLET_SPAWN = "greenlet_spawn"


class Chain(NamedTuple):
    """The frames of a stack as they lie in memory, outermost first.

    Attributes:
        where: for each frame the address of its code object and that of the instruction
            that it executes; a negative number stands for a function of Cython.
        frames: for each frame its own address and its stack pointer; 0 for Cython.
        executing: whether it was found to run.

    """

    where: tuple[int, ...]
    frames: tuple[int, ...]
    executing: bool = False

    def codes(self) -> tuple[int, ...]:
        """Give the code objects."""
        return self.where[::2]


def agreed(before: Chain, after: Chain) -> Chain:
    """Give the outer frames in which two readings of what runs are the same.

    The innermost frame of both may be at another instruction: it is what runs.
    """
    common = 0
    ends = {len(before.where), len(after.where)}
    for place in range(0, min(ends), 2):
        if before.where[place] != after.where[place]:
            break
        if before.frames[place] != after.frames[place]:
            break
        innermost = ends == {place + 2}
        if before.where[place + 1] != after.where[place + 1] and not innermost:
            break
        common = place + 2
    return Chain(after.where[:common], after.frames[:common], executing=after.executing)


def struct_of(*fields: tuple[int, str]) -> struct.Struct:
    """Make a structure that unpacks fields at ascending offsets and nothing between them."""
    text, at = "<", 0
    for offset, code in fields:
        text += f"{offset - at}x{code}"
        at = offset + struct.calcsize(f"<{code}")
    return struct.Struct(text)


class Frames:
    """Follows the frames of one process."""

    def __init__(self, memory: Memory, layout: Layout, objects: Objects, place: Place) -> None:
        self.memory = memory
        self.objects = objects
        self.place = place
        self.begin_of_code = layout["code.code_adaptive"]
        self.in_generator = layout["gen.iframe"]
        self.in_frame = layout["frame.localsplus"]
        self._awaiting = layout.fact.awaiting
        self._executing = layout.fact.executing
        self._below = layout.fact.awaited
        inner = self.in_generator
        self._coroutine = struct_of(
            (8, "Q"),
            (layout["gen.frame_state"], "b"),
            (inner + layout["frame.executable"], "Q"),
            (inner + layout["frame.instr_ptr"], "Q"),
            (inner + layout["frame.stackpointer"], "Q"),
        )
        self._frame = struct_of(
            (layout["frame.executable"], "Q"),
            (layout["frame.previous"], "Q"),
            (layout["frame.instr_ptr"], "Q"),
            (layout["frame.stackpointer"], "Q"),
            (layout["frame.owner"], "b"),
        )
        self._places: dict[tuple[int, int], Frame] = {}
        self._stacks: dict[tuple[int, ...], Stack] = {}
        self._cython: dict[str, int] = {}
        self._seen_stale = 0

    # What waits.

    def waiting(self, thing: int) -> Chain:  # noqa: C901, PLR0912 # once a frame: no calls
        """Follow a coroutine, or what drives one, to where it waits.

        Raises:
            TornError: when a structure was in motion.

        """
        where: list[int] = []
        frames: list[int] = []
        executing = False
        seen: set[int] = set()
        pages, kinds, ordinary = self.memory.pages, self.objects.kinds, self.objects.ordinary
        unpack, size, below = self._coroutine.unpack_from, self._coroutine.size, self._below
        inside, (least, most) = self.in_generator, self._awaiting
        while thing:
            if len(where) > LOOKED_FOR_CYCLE:
                if thing in seen or len(seen) > MOST_FRAMES:
                    raise TornError("a stack that goes round")
                seen.add(thing)
            raw, at = pages[thing >> PAGE_BITS], thing & PAGE_MASK
            if at + size > PAGE:
                raw, at = self._across(thing, size)
            address, state, code, instruction, top = unpack(raw, at)
            kind = kinds.get(address)
            if kind is None:
                kind = self.objects.type(address).kind
            if kind == COROUTINE:
                if state > most and state != self._executing:
                    break  # it has ended
                code &= NO_TAG
                where += (code, instruction)
                frames += (thing + inside, top)
                if code not in ordinary:
                    self._new_code(where, frames)
                if state < least:
                    break  # not begun, or at a plain yield
                # Most frames are in the page of their coroutine.
                place = top - below - thing + at
                if at < place <= PAGE - 8:
                    thing = WORD.unpack_from(raw, place)[0] & NO_TAG
                else:
                    thing = self._awaited(thing, top)
                if state == self._executing:
                    executing = True
                    if not self._is_followed(thing):
                        break
            elif kind == FUTURE_ITER:
                break
            elif kind == WRAPPER:
                thing = self.memory.word(thing + FIRST_FIELD)
            else:
                thing = self._driven(thing, where, frames)
        return tuple.__new__(Chain, (tuple(where), tuple(frames), executing))

    def _across(self, thing: int, size: int) -> tuple[bytes, int]:
        """Give the bytes of a coroutine at the end of a page, or of a smaller object there."""
        try:
            return self.memory.view(thing, size)
        except TornError:
            return self.memory.bytes_at(thing, 16) + bytes(size), 0

    def _awaited(self, thing: int, top: int) -> int:
        if not 0 < top - thing - self.in_generator < MOST_STACK:
            raise TornError("no stack pointer")
        return self.memory.word(top - self._below) & NO_TAG

    def _new_code(self, where: list[int], frames: list[int]) -> None:
        """Read a code object; of SQLAlchemy's go-between add the frames in its greenlet."""
        code = where[-2]
        if self.objects.code(code).function != GREENLET_SPAWN:
            self.objects.ordinary.add(code)
            return
        inner = self._greenlet(code, frames[-2])
        where += inner.where
        frames += inner.frames

    def _is_followed(self, thing: int) -> bool:
        try:
            return self.objects.type_of(thing).kind in (COROUTINE, WRAPPER, CYTHON)
        except TornError:
            return False

    def _driven(self, thing: int, where: list[int], frames: list[int]) -> int:
        """Find what an object that is like a coroutine drives; 0 for nothing."""
        known = self.objects.type_of(thing)
        count = min(known.basicsize // 8, MOST_FIELDS)
        words = [value for (value,) in WORD.iter_unpack(self.memory.bytes_at(thing, 8 * count))]
        if known.kind == CYTHON:
            return self._cython_frame(words, where, frames)
        if not known.flags & FLAG_HEAP_TYPE:
            return 0
        if known.flags & FLAG_INLINE_VALUES:
            values = thing + known.basicsize
            capacity, _, _, valid = self.memory.bytes_at(values, 4)
            if valid:
                raw = self.memory.bytes_at(values + 8, 8 * min(capacity, MOST_FIELDS))
                words += [value for (value,) in WORD.iter_unpack(raw)]
        return next((word for word in words[2:] if word and self._is_followed(word)), 0)

    def _cython_frame(self, words: list[int], where: list[int], frames: list[int]) -> int:
        """Name a coroutine of Cython; what it awaits lies before its name, its module after it.

        Source: __pyx_CoroutineObject in Cython/Utility/Coroutine.c.
        """
        names: list[str] = []
        awaited = 0
        for word in words[3:]:
            known = self._type_or_none(word)
            if known is None:
                continue
            if known.flags & FLAG_STR:
                names.append(self.objects.string(word))
                if len(names) == 3:
                    break
            elif not names and known.kind in (COROUTINE, WRAPPER, FUTURE_ITER, CYTHON):
                awaited = word
        if not names:
            return 0
        name, module = names[min(1, len(names) - 1)], "".join(names[2:])
        number = self._cython.setdefault(f"{module}:{name}", -1 - len(self._cython))
        file = f"{module.replace('.', '/')}.pyx" if module else ""
        self._places.setdefault((number, 0), self.place(file, 0, name))
        where += (number, 0)
        frames += (0, 0)
        return awaited

    def _type_or_none(self, thing: int) -> Type | None:
        try:
            return self.objects.type_of(thing) if thing and not thing & 7 else None
        except TornError:
            return None

    def _greenlet(self, code: int, frame: int) -> Chain:
        """Give the frames in the greenlet that SQLAlchemy's ``greenlet_spawn`` drives."""
        try:
            for thing in self.local_variables(code, frame):
                known = self._type_or_none(thing)
                if known is None or not known.name.lower().endswith("greenlet"):
                    continue
                inside = self.memory.word(thing + GREENLET_PIMPL)
                raw = self.memory.bytes_at(inside, 8 * GREENLET_FIELDS)
                for (word,) in WORD.iter_unpack(raw):
                    found = self._type_or_none(word)
                    if found is not None and found.name == "frame":
                        return self.executing(self.memory.word(word + FRAME_OF_OBJECT), whole=False)
        except TornError:
            pass  # another release of greenlet may lay it out in another way
        return Chain((), ())

    def local_variables(self, code: int, frame: int) -> list[int]:
        """Give the addresses in the local variables of a frame."""
        count = min(len(self.objects.items(self.objects.code(code).local_names)), MOST_FIELDS)
        raw = self.memory.bytes_at(frame + self.in_frame, 8 * count) if count else b""
        return [value & NO_TAG for (value,) in WORD.iter_unpack(raw)]

    # What runs.

    def executing(self, frame: int, *, whole: bool = True) -> Chain:
        """Follow the frames of a thread from the innermost one, and on beyond those of C.

        Raises:
            TornError: when a structure was in motion and the stack must be whole.

        """
        where: list[int] = []
        frames: list[int] = []
        seen: set[int] = set()
        view, unpack, size = self.memory.view, self._frame.unpack_from, self._frame.size
        while frame:
            if frame in seen or len(seen) > MOST_FRAMES:
                raise TornError("a stack that goes round")
            seen.add(frame)
            try:
                raw, at = view(frame, size)
                code, previous, instruction, top, owner = unpack(raw, at)
                if 0 <= owner < OWNED_BY_C:
                    code &= NO_TAG
                    if code not in self.objects.codes:
                        self.objects.code(code)
                    where += (instruction, code)
                    frames += (top, frame)
            except TornError:
                if whole:
                    raise
                break
            frame = previous
        where.reverse()
        frames.reverse()
        return Chain(tuple(where), tuple(frames), executing=True)

    # Their places.

    def stack(self, where: tuple[int, ...]) -> Stack:
        """Give the places of frames, innermost first.

        Raises:
            TornError: when a code object cannot be read.

        """
        if self.objects.stale != self._seen_stale:  # an address has another code object
            self._seen_stale = self.objects.stale
            self._places.clear()
            self._stacks.clear()
        known = self._stacks.get(where)
        if known is None:
            pairs = zip(where[::2], where[1::2])  # its option is newer than 3.9
            known = self._stacks[where] = tuple([self._placed(pair) for pair in pairs][::-1])
        return known

    def _placed(self, pair: tuple[int, int]) -> Frame:
        known = self._places.get(pair)
        if known is None:
            address, instruction = pair
            code = self.objects.code(address)
            line = line_of(code.lines, code.first, instruction - address - self.begin_of_code)
            known = self._places[pair] = self.place(code.file, line, code.function)
        return known
