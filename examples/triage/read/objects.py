"""Objects of the target: names, numbers, types, code objects, attributes."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Union

from examples.triage.read.errors import TornError
from examples.triage.read.layout import (
    BLOCK_DATA,
    BLOCK_ITEMS,
    CELL_VALUE,
    DEQUE_LEFT,
    FLAG_HEAP_TYPE,
    FLAG_INT,
    FLAG_READY,
    FLAG_STR,
    NO_TAG,
    VAR_COUNT,
    Layout,
)
from examples.triage.read.memory import WORD, Memory

MOST_CHARACTERS = 4_096  # of a name or a path
MOST_TABLE = 1 << 20  # bytes of a table of lines
MOST_ITEMS = 1 << 16  # of a tuple, a list or the names of a class
MOST_AWAITERS = 1 << 20
DELETED = -1  # hash of an entry that a set no longer has

COROUTINE, WRAPPER, FUTURE_ITER, CYTHON, OTHER = range(5)
KINDS = {
    "coroutine": COROUTINE,
    "generator": COROUTINE,
    "async_generator": COROUTINE,
    "async_generator_asend": WRAPPER,
    "async_generator_athrow": WRAPPER,
    "anext_awaitable": WRAPPER,
    "coroutine_wrapper": WRAPPER,
    "_asyncio.FutureIter": FUTURE_ITER,
}
Number = Union[None, float, int]


class Type(NamedTuple):
    """A type.

    Attributes:
        name: its name without the module.
        kind: what it is to a reader of stacks.
        flags: see Include/object.h.
        basicsize: bytes of an instance without its items.
        check: words by which a reused address is noticed.

    """

    name: str
    kind: int
    flags: int
    basicsize: int
    check: tuple[int, int]


class Code(NamedTuple):
    """A code object.

    Attributes:
        file: path of its source.
        function: qualified name.
        first: line at which it begins.
        lines: its table of lines, as CPython packs it.
        handlers: its table of exception handlers, as CPython packs it.
        local_names: address of the tuple with the names of its variables.
        arguments: how many positional ones it has.
        check: the words by which a reused address is noticed.

    """

    file: str
    function: str
    first: int
    lines: bytes
    handlers: bytes
    local_names: int
    arguments: int
    check: bytes


class Objects:
    """Reads objects, and remembers types and code objects for as long as they are the same."""

    def __init__(self, memory: Memory, layout: Layout) -> None:
        self.memory = memory
        self.layout = layout
        self.types: dict[int, Type] = {}  # those that were compared in this reading
        self.kinds: dict[int, int] = {}  # of these
        self._types: dict[int, Type] = {}
        self.codes: dict[int, Code] = {}
        self.ordinary: set[int] = set()  # those that need no look at their variables
        self.stale = 0  # how often an address held another code object than before
        begin, end = layout["code.argcount"], layout["code.linetable"] + 8
        self._code_check = begin, end - begin

    def renew(self) -> None:
        """Begin a reading: each remembered type is compared once before it is used."""
        self.types.clear()
        self.kinds.clear()

    # Types.

    def type_of(self, thing: int) -> Type:
        """Give the type of an object.

        Raises:
            TornError: when there is no object.

        """
        address = self.memory.word(thing + 8)
        return self.types.get(address) or self.type(address)

    def type(self, address: int) -> Type:
        """Read a type.

        Raises:
            TornError: when there is none at that address.

        """
        known = self.types.get(address)
        if known is not None:
            return known
        known = self._types.get(address)
        at = self.layout
        if address & 7:
            raise TornError("no type")
        raw, start = self.memory.view(address, at["type.flags"] + 8)
        name, basicsize = struct.unpack_from("<QQ", raw, start + at["type.name"])
        flags: int = WORD.unpack_from(raw, start + at["type.flags"])[0]
        if not flags & FLAG_READY or flags >> 32 or not 16 <= basicsize < 1 << 20:
            raise TornError("no type")
        if known is None or known.check != (name, flags):
            known = self._new_type(address, name, flags, basicsize)
        self.types[address] = known
        self.kinds[address] = known.kind
        return known

    def _new_type(self, address: int, name: int, flags: int, basicsize: int) -> Type:
        full = self.memory.text(name).decode(errors="replace")
        kind = KINDS.get(full, OTHER)
        heap = bool(flags & FLAG_HEAP_TYPE)
        if kind not in (OTHER, FUTURE_ITER) and heap:
            kind = OTHER  # a class of the application with such a name
        short = full.rpartition(".")[2]
        if full.startswith("_cython_"):
            if short.endswith(("coroutine", "generator")):
                kind = CYTHON
            elif short.endswith(("_wrapper", "_asend", "_athrow")):
                kind = WRAPPER
        known = Type(short, kind, flags, basicsize, (name, flags))
        self._types[address] = known
        return known

    # Values.

    def string(self, thing: int) -> str:
        """Read a str, cut at a length that no name has.

        Raises:
            TornError: when it is none.

        """
        if not self.type_of(thing).flags & FLAG_STR:
            raise TornError("no str")
        at = self.layout
        raw, start = self.memory.view(thing, at["str.ascii_size"])
        length: int = WORD.unpack_from(raw, start + at["str.length"])[0]
        state = raw[start + at["str.state"]]
        kind, compact, ascii_only = state >> 2 & 7, state >> 5 & 1, state >> 6 & 1
        if not compact or kind not in (1, 2, 4) or length >> 40:
            raise TornError("no str that can be read")
        begin = thing + at["str.ascii_size"] + (0 if ascii_only else 16)
        length = min(length, MOST_CHARACTERS)
        data = self.memory.bytes_at(begin, length * kind) if length else b""
        if kind == 1:
            return data.decode("latin-1")
        return data.decode("utf-16-le" if kind == 2 else "utf-32-le", errors="replace")

    def integer(self, thing: int) -> int:
        """Read an int of at most eight digits of 30 bits.

        Raises:
            TornError: when it is none, or a larger one.

        """
        at = self.layout
        raw, start = self.memory.view(thing, at["int.digit"] + 4)
        tag: int = WORD.unpack_from(raw, start + at["int.tag"])[0]
        count, sign = tag >> 3, tag & 3
        if count > 8 or sign > 2:
            raise TornError("no int that can be read")
        digits = struct.unpack(
            f"<{count}I", self.memory.bytes_at(thing + at["int.digit"], 4 * count)
        )
        value = sum(digit << 30 * place for place, digit in enumerate(digits))
        return (value, 0, -value)[sign]

    def number(self, thing: int) -> Number:
        """Read a float or an int; None for None.

        Raises:
            TornError: when it is neither.

        """
        kind = self.type_of(thing)
        if kind.name == "NoneType":
            return None
        if kind.name == "float":
            raw, start = self.memory.view(thing + self.layout["float.value"], 8)
            value: float = struct.unpack_from("<d", raw, start)[0]
            return value
        if kind.flags & FLAG_INT:
            return float(self.integer(thing))
        raise TornError("no number")

    def raw_bytes(self, thing: int, most: int = MOST_TABLE) -> bytes:
        """Read a bytes object.

        Raises:
            TornError: when it is none, or longer than ``most``.

        """
        count = self.memory.word(thing + self.layout["bytes.count"])
        if count > most or self.type_of(thing).name != "bytes":
            raise TornError("no bytes")
        return self.memory.bytes_at(thing + self.layout["bytes.data"], count) if count else b""

    def items(self, thing: int) -> tuple[int, ...]:
        """Read the addresses in a tuple.

        Raises:
            TornError: when it is none.

        """
        count = self.memory.word(thing + self.layout["tuple.count"])
        if count > MOST_ITEMS or self.type_of(thing).name != "tuple":
            raise TornError("no tuple")
        raw = self.memory.bytes_at(thing + self.layout["tuple.item"], 8 * count) if count else b""
        return tuple(value for (value,) in WORD.iter_unpack(raw))

    def queued(self, thing: int) -> list[int]:
        """Read the addresses in a deque, the first first.

        Raises:
            TornError: when it is none.

        """
        count = self.memory.word(thing + VAR_COUNT)
        if count > MOST_ITEMS or self.type_of(thing).name != "deque":
            raise TornError("no deque")
        block, _, first = struct.unpack("<QQQ", self.memory.bytes_at(thing + DEQUE_LEFT, 24))
        found: list[int] = []
        while len(found) < count:
            raw = self.memory.bytes_at(block + BLOCK_DATA, 8 * BLOCK_ITEMS + 8)
            *items, block = (word for (word,) in WORD.iter_unpack(raw))
            found += items[first:]
            first = 0
        return found[:count]

    def members(self, thing: int) -> Iterator[int]:
        """Give the addresses in a set.

        Raises:
            TornError: when it is none.

        """
        at = self.layout
        raw, start = self.memory.view(thing, at["set.table"] + 8)
        table: int = WORD.unpack_from(raw, start + at["set.table"])[0]
        mask: int = WORD.unpack_from(raw, start + at["set.mask"])[0]
        if mask > MOST_AWAITERS or mask & (mask + 1):
            raise TornError("no set")
        for begin in range(0, mask + 1, 1 << 12):
            count = min(mask + 1 - begin, 1 << 12)
            entries = self.memory.bytes_at(table + 16 * begin, 16 * count)
            for key, hash_value in struct.iter_unpack("<Qq", entries):
                if key and hash_value != DELETED:
                    yield key

    def cell(self, thing: int) -> int:
        """Give what a cell holds, or the thing when it is no cell; without the tag."""
        thing &= NO_TAG
        if thing and self.type_of(thing).name == "cell":
            return self.memory.word(thing + CELL_VALUE)
        return thing

    # Code objects.

    def code(self, address: int) -> Code:
        """Read a code object; one that is known is given unread, see `other_codes`.

        Raises:
            TornError: when there is none at that address.

        """
        known = self.codes.get(address)
        if known is None:
            begin, size = self._code_check
            words = self.memory.bytes_at(address + begin, size)
            known = self.codes[address] = self._new_code(address, words)
        return known

    def _new_code(self, address: int, check: bytes) -> Code:
        if self.type_of(address).name != "code":
            raise TornError("no code object")
        at = self.layout
        raw = self.memory.bytes_at(address, at["code.size"])

        def word(name: str) -> int:
            value: int = WORD.unpack_from(raw, at[f"code.{name}"])[0]
            return value

        arguments, first = (
            struct.unpack_from("<i", raw, at[f"code.{name}"])[0]
            for name in ("argcount", "firstlineno")
        )
        # co_exceptiontable stands before co_flags and co_argcount: Include/cpython/code.h.
        handlers: int = WORD.unpack_from(raw, at["code.argcount"] - 12)[0]
        return Code(
            self.string(word("filename")),
            self.string(word("qualname")),
            first,
            self.raw_bytes(word("linetable")),
            self.raw_bytes(handlers),
            word("localsplusnames"),
            arguments,
            check,
        )

    def other_codes(self, addresses: Iterable[int]) -> set[int]:
        """Read code objects again and name those that are no longer what they were."""
        begin, size = self._code_check
        differ = set()
        for address in addresses:
            if address <= 0:
                continue  # a function of Cython
            known = self.codes.get(address)
            try:
                same = known is not None and known.check == self.memory.bytes_at(
                    address + begin, size
                )
            except TornError:
                same = False
            if not same:
                differ.add(address)
                self.codes.pop(address, None)
                self.ordinary.discard(address)
                self.stale += 1
        return differ
