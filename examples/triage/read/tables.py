"""The tables that CPython packs into a code object: of lines, and of exception handlers.

Source: InternalDocs/code_objects.md and InternalDocs/exception_handling.md of CPython.
"""

from __future__ import annotations

from collections.abc import Iterator

UNIT = 2  # bytes of a unit of bytecode
NO_COLUMNS, LONG_ENTRY, NO_LOCATION = 13, 14, 15
MOST_HANDLERS = 100


def line_of(table: bytes, first: int, offset: int) -> int:
    """Find the line of an offset in bytes into the bytecode; 0 when it has none."""
    line, begin, place = first, 0, 0
    while place < len(table):
        head = table[place]
        end = begin + UNIT * ((head & 7) + 1)
        code = head >> 3 & 15
        place += 1
        if code in (NO_COLUMNS, LONG_ENTRY):
            delta, place = signed_varint(table, place)
            line += delta
        elif 10 <= code < NO_COLUMNS:
            line += code - 10
        if begin <= offset < end:
            return 0 if code == NO_LOCATION else line
        begin = end
        while place < len(table) and not table[place] & 0x80:
            place += 1
    return 0


def signed_varint(table: bytes, place: int) -> tuple[int, int]:
    """Read a signed number of six bits a byte, lowest first, and tell where it ends."""
    value = shift = 0
    while place < len(table):
        byte = table[place]
        place += 1
        value |= (byte & 63) << shift
        shift += 6
        if not byte & 64:
            break
    return (-(value >> 1) if value & 1 else value >> 1), place


def handlers_of(table: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Give each range: begin and end, its handler, and the depth of the stack there.

    Places are in units of bytecode.
    """
    numbers = varints(table)
    for begin in numbers:
        size, target, depth = next(numbers, 0), next(numbers, 0), next(numbers, 0)
        yield begin, begin + size, target, depth >> 1


def varints(table: bytes) -> Iterator[int]:
    """Give the numbers of six bits a byte, highest first."""
    value = 0
    for byte in table:
        value = value << 6 | byte & 63
        if not byte & 64:
            yield value
            value = 0


def depths_at(table: bytes, offset: int) -> list[int]:
    """Give the depths of the value stack that the handlers around a place restore.

    A block of ``with`` has a handler whose depth lies just above the pair of the exit
    function and the context manager. Innermost first, so each lies lower than the one before:
    the handler of a block has one of its own, which keeps an exception above the pair, where
    whoever enters a further block has the pair of that. `offset` is in bytes.
    """
    ranges = list(handlers_of(table))
    place = offset // UNIT
    depths: list[int] = []
    for _ in range(MOST_HANDLERS):
        found = next((each for each in ranges if each[0] <= place < each[1]), None)
        if found is None:
            break
        if found[1] - found[0] == 1 and found[0] == place and not depths:
            # The handler of one await alone: what is around it follows it.
            around = next((each for each in ranges if each[0] <= place + 1 < each[1]), None)
            if around is not found:
                place += 1
                found = around
                if found is None:
                    break
        if not depths or found[3] < depths[-1]:
            depths.append(found[3])
        if found[2] == place:
            break
        place = found[2]
    return depths
