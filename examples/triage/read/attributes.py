"""The attributes of instances, found without running any code of theirs."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from examples.triage.read.errors import TornError
from examples.triage.read.layout import (
    FLAG_HEAP_TYPE,
    FLAG_INLINE_VALUES,
    FLAG_MANAGED_DICT,
    FLAG_STR,
    FLAG_TYPE,
    MANAGED_DICT,
    MEMBER_OFFSET,
    MEMBER_SIZE,
    TYPE_BASE,
    VAR_COUNT,
    Layout,
)
from examples.triage.read.memory import WORD, Memory
from examples.triage.read.objects import MOST_ITEMS, Objects, Type

MOST_BASES = 32


class Attributes:
    """Reads slots, inline values and dictionaries of instances."""

    def __init__(self, memory: Memory, layout: Layout, objects: Objects) -> None:
        self.memory = memory
        self.layout = layout
        self.objects = objects
        # Where an attribute is, by type, name and what tells one type from the next.
        self._places: dict[tuple[int, str, tuple[int, int]], tuple[str, int] | None] = {}

    def attribute(self, thing: int, name: str) -> int:
        """Give the address of an attribute of an instance; 0 when it has none of that name.

        Slots, inline values and the dictionary of the instance are searched.

        Raises:
            TornError: when it cannot be read.

        """
        address = self.memory.word(thing + 8)
        kind = self.objects.type(address)
        key = address, name, kind.check
        if key not in self._places:
            self._places[key] = self._place(address, kind, name)
        place = self._places[key]
        if place is not None and place[0] == "slot":
            return self.memory.word(thing + place[1])
        values = thing + kind.basicsize
        if kind.flags & FLAG_INLINE_VALUES and self.memory.bytes_at(values, 4)[3]:
            capacity = self.memory.bytes_at(values, 1)[0]
            if place is None:
                # A key that came later than the class: look again.
                place = self._places[key] = self._place(address, kind, name)
            if place is None or place[1] >= capacity:
                return 0
            return self.memory.word(values + 8 + 8 * place[1])
        if kind.flags & FLAG_MANAGED_DICT:
            found = self.memory.word(thing + MANAGED_DICT)
            return self.entry(found, name) if found else 0
        return 0

    def _place(self, address: int, kind: Type, name: str) -> tuple[str, int] | None:
        base = address
        for _ in range(MOST_BASES):
            if not base or not self.objects.type(base).flags & FLAG_HEAP_TYPE:
                break
            offset = self._slot(base, name.encode())
            if offset:
                return "slot", offset
            base = self.memory.word(base + self.layout["type.flags"] + TYPE_BASE)
        if kind.flags & FLAG_INLINE_VALUES:
            keys = self.memory.word(address + self.layout.cached_keys)
            for index, (key, _) in enumerate(self._entries(keys)):
                if key and self.objects.string(key) == name:
                    return "value", index
        return None

    def _slot(self, address: int, name: bytes) -> int:
        count = self.memory.word(address + VAR_COUNT)
        meta = self.objects.type_of(address)
        if not 0 < count < MOST_ITEMS or not meta.flags & FLAG_TYPE:
            return 0
        for index in range(count):
            member = address + meta.basicsize + MEMBER_SIZE * index
            if self.memory.text(self.memory.word(member)) == name:
                return self.memory.word(member + MEMBER_OFFSET)
        return 0

    def _entries(self, keys: int) -> Iterator[tuple[int, int]]:
        # _dictkeysobject in pycore_dict.h
        head = self.memory.bytes_at(keys, 32)
        index_bits, kind = head[9], head[10]
        count: int = WORD.unpack_from(head, 24)[0]
        if index_bits > 32 or kind > 2 or count > MOST_ITEMS:
            raise TornError("no dictionary")
        width = 24 if kind == 0 else 16
        raw = self.memory.bytes_at(keys + 32 + (1 << index_bits), width * count) if count else b""
        for place in range(0, len(raw), width):
            key, value = struct.unpack_from("<QQ", raw, place + width - 16)
            yield key, value

    def entry(self, thing: int, name: str) -> int:
        """Give the value of a key of a dictionary; 0 when it has none of that name.

        Raises:
            TornError: when it cannot be read.

        """
        at = self.layout
        values = self.memory.word(thing + at["dict.values"])
        for index, (key, value) in enumerate(
            self._entries(self.memory.word(thing + at["dict.keys"]))
        ):
            if (
                key
                and self.objects.type_of(key).flags & FLAG_STR
                and self.objects.string(key) == name
            ):
                return self.memory.word(values + 8 + 8 * index) if values else value
        return 0
