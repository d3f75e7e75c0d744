"""The objects of frames: whose method each runs, and the context managers each has entered.

``with x`` keeps the exit function and x itself on the value stack of its frame for as
long as the block lasts, and the table of exception handlers tells for which instructions
that is. So whoever is still entering x is not taken for its holder.
"""

from __future__ import annotations

import math
from typing import NamedTuple, Optional

from examples.triage.model import Held, Object
from examples.triage.read.attributes import Attributes
from examples.triage.read.errors import TornError
from examples.triage.read.frames import Chain, Frames
from examples.triage.read.layout import (
    BUILTIN_METHOD,
    DESCRIPTOR_NAME,
    FUNCTION_NAME,
    METHOD_FUNCTION,
    NO_TAG,
    Layout,
)
from examples.triage.read.memory import WORD, Memory
from examples.triage.read.objects import COROUTINE, Objects
from examples.triage.read.tables import depths_at

EXITS = ("__exit__", "__aexit__")
SELF = "self"
# Variables that hold the timer of a wait: asyncio.sleep, asyncio.wait, aiohttp's requests.
TIMERS = ("h", "timeout_handle", "handle")
TIMER_TYPE = "TimerHandle"
# Types that end a wait, and the attribute that says when.
DEADLINES = {
    "Timeout": ("_when", "_deadline"),  # asyncio.timeouts; async_timeout
    "CancelScope": ("_deadline",),  # anyio
    TIMER_TYPE: ("_when",),
}
GENERATOR_MANAGERS = ("_GeneratorContextManager", "_AsyncGeneratorContextManager")
EXIT_STACKS = ("AsyncExitStack", "ExitStack")
ASYNC_GENERATOR = "async_generator"
MOST_VALUES = 20 * 8  # bytes of a value stack that are looked at
MOST_NESTED = 20  # generators and stacks behind each other


class Plan(NamedTuple):
    """Where in a frame at one instruction the objects are, in bytes from the frame.

    Attributes:
        own: the variable ``self``; 0 for none.
        pairs: where the exit functions of the blocks around are, outermost first.
        timers: variables that may hold a timer.
        stack: where the value stack begins.

    """

    own: int
    pairs: tuple[int, ...]
    timers: tuple[int, ...]
    stack: int


Details = tuple[tuple[Optional[Object], ...], tuple[Held, ...]]


class Entered:
    """Reads the objects of frames."""

    def __init__(self, memory: Memory, layout: Layout, objects: Objects, frames: Frames) -> None:
        self.memory = memory
        self.objects = objects
        self.frames = frames
        self.attributes = Attributes(memory, layout, objects)
        self._plans: dict[tuple[int, int], Plan] = {}
        self._exits: dict[int, bool] = {}
        self._seen_stale = 0

    def renew(self) -> None:
        """Begin a reading."""
        self._exits.clear()

    def of(self, chain: Chain) -> Details:
        """Give the objects of frames.

        Returns:
            For each frame, innermost first, the object whose method it runs, and what the
            frames hold, outermost first.

        Raises:
            TornError: when a structure was in motion.

        """
        if self.objects.stale != self._seen_stale:
            self._seen_stale = self.objects.stale
            self._plans.clear()
        selves: list[Object | None] = []
        held: list[Held] = []
        where, frames = chain.where, chain.frames
        last = len(where) // 2 - 1
        for index in range(last + 1):
            frame, top = frames[2 * index], frames[2 * index + 1]
            if not frame:
                selves.append(None)
                continue
            pair = where[2 * index], where[2 * index + 1]
            plan = self._plans.get(pair) or self._plan(*pair)
            own = self.memory.word(frame + plan.own) if plan.own else 0
            selves.append(self._object(self.objects.cell(own)) if own else None)
            if plan.pairs or plan.timers:
                held += self._held(plan, frame, top, last - index)
            if not chain.executing and frame + plan.stack + 16 <= top:
                held += self._iterated(plan, frame, top, last - index, frames)
        selves.reverse()
        return tuple(selves), tuple(held)

    def _plan(self, address: int, instruction: int) -> Plan:
        code = self.objects.code(address)
        names = self.objects.items(code.local_names)
        begin = self.frames.in_frame
        own = 0
        if code.arguments and names and self.objects.string(names[0]) == SELF:
            own = begin
        timers = tuple(
            begin + 8 * index
            for index, name in enumerate(names)
            if self.objects.string(name) in TIMERS
        )
        offset = instruction - address - self.frames.begin_of_code
        stack = begin + 8 * len(names)
        pairs = sorted(
            {stack + 8 * (depth - 2) for depth in depths_at(code.handlers, offset) if depth >= 2}
        )
        plan = self._plans[address, instruction] = Plan(own, tuple(pairs), timers, stack)
        return plan

    def _object(self, thing: int) -> Object | None:
        return Object(self.objects.type_of(thing).name, thing) if thing else None

    def _held(self, plan: Plan, frame: int, top: int, index: int, nested: int = 0) -> list[Held]:
        found: list[Held] = []
        for place in plan.pairs:
            if frame + place + 16 > top:
                continue
            raw, at = self.memory.view(frame + place, 16)
            function = WORD.unpack_from(raw, at)[0] & NO_TAG
            manager = WORD.unpack_from(raw, at + 8)[0] & NO_TAG
            if not function or not self._is_exit(function):
                continue
            if not manager:  # a bound method stands for both
                manager = self.memory.word(function + METHOD_FUNCTION + 8)
            found += self._manager(manager, index, nested)
        for place in plan.timers:
            thing = self.memory.word(frame + place) & NO_TAG
            if thing and self.objects.type_of(thing).name == TIMER_TYPE:
                found.append(Held(Object(TIMER_TYPE, thing), index, "", self._when(thing)))
        return found

    def _iterated(
        self, plan: Plan, frame: int, top: int, index: int, awaited: tuple[int, ...]
    ) -> list[Held]:
        """Give what async generators hold that a frame goes through, while they are suspended.

        One lies on the value stack, below what the frame awaits, for as long as its loop lasts.
        """
        found: list[Held] = []
        through = [(plan, frame, top)]
        for outer, begin, end in through:  # which grows
            bottom = begin + outer.stack
            for place in range(bottom, min(end - 8, bottom + MOST_VALUES), 8):
                thing = self.memory.word(place) & NO_TAG
                if not thing or not self._is_async_generator(thing):
                    continue
                chain = self.frames.waiting(thing)
                if not chain.where or chain.executing or chain.frames[0] in awaited:
                    continue
                pair = chain.where[0], chain.where[1]
                inner = self._plans.get(pair) or self._plan(*pair)
                found += self._held(inner, chain.frames[0], chain.frames[1], index, 1)
                if len(through) < MOST_NESTED:
                    through.append((inner, chain.frames[0], chain.frames[1] + 8))
        return found

    def _is_async_generator(self, thing: int) -> bool:
        try:
            return self.objects.type_of(thing).name == ASYNC_GENERATOR
        except TornError:
            return False  # no object: a number, or a mark of the interpreter

    def _manager(self, manager: int, index: int, nested: int) -> list[Held]:
        thing = self._object(manager)
        if thing is None:
            return []
        if thing.type in EXIT_STACKS and nested < MOST_NESTED:
            return [Held(thing, index), *self._stacked(manager, index, nested)]
        if thing.type not in GENERATOR_MANAGERS or nested > MOST_NESTED:
            return [Held(thing, index, "", self._when(manager))]
        generator = self.attributes.attribute(manager, "gen")
        if not generator or self.objects.type_of(generator).kind != COROUTINE:
            return [Held(thing, index)]
        chain = self.frames.waiting(generator)
        if not chain.where:
            return [Held(thing, index)]
        pair = chain.where[0], chain.where[1]
        found = [Held(thing, index, self.objects.code(pair[0]).function)]
        plan = self._plans.get(pair) or self._plan(*pair)
        return found + self._held(plan, chain.frames[0], chain.frames[1], index, nested + 1)

    def _stacked(self, stack: int, index: int, nested: int) -> list[Held]:
        """Give what was entered through an exit stack: it keeps the exit method of each."""
        found: list[Held] = []
        callbacks = self.attributes.attribute(stack, "_exit_callbacks")
        for entry in self.objects.queued(callbacks) if callbacks else ():
            _, callback = self.objects.items(entry)
            if self.objects.type_of(callback).name == "method" and self._is_exit(callback):
                manager = self.memory.word(callback + METHOD_FUNCTION + 8)
                found += self._manager(manager, index, nested + 1)
        return found

    def _is_exit(self, function: int) -> bool:
        known = self._exits.get(function)
        if known is None:
            known = self._exits[function] = self._name(function) in EXITS
        return known

    def _name(self, function: int) -> str:
        kind = self.objects.type_of(function).name
        if kind == "method":
            function = self.memory.word(function + METHOD_FUNCTION)
            kind = self.objects.type_of(function).name
        if kind == "function":
            return self.objects.string(self.memory.word(function + FUNCTION_NAME))
        if kind in ("method_descriptor", "wrapper_descriptor"):
            return self.objects.string(self.memory.word(function + DESCRIPTOR_NAME))
        if kind in ("builtin_function_or_method", "cython_function_or_method"):
            definition = self.memory.word(function + BUILTIN_METHOD)
            return self.memory.text(self.memory.word(definition)).decode(errors="replace")
        return ""

    def _when(self, thing: int) -> float | None:
        """Read when a deadline ends: infinite for none, None for what is no deadline."""
        for name in DEADLINES.get(self.objects.type_of(thing).name, ()):
            try:
                value = self.attributes.attribute(thing, name)
                if value:
                    number = self.objects.number(value)
                    return math.inf if number is None else number
            except TornError:
                continue
        return None
