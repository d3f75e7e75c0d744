"""The memory of a process, a page at a time: opened for reading and never for anything else."""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Callable
from typing import NamedTuple

from examples.triage.read.errors import (
    DeniedError,
    GoneError,
    NotPythonError,
    TornError,
)

PAGE_BITS = 12
PAGE = 1 << PAGE_BITS
PAGE_MASK = PAGE - 1
BLOCK = 4  # pages that one read brings: a pool of pymalloc
FEW_PAGES = 40  # a small process is read without neighbours
RUN = 64  # pages that one read checks again
HIGHEST_PAGE = 1 << (47 - PAGE_BITS)
MOST_BYTES = 1 << 20  # no structure that is read has more
WORD = struct.Struct("<Q")

MAP_LINE = re.compile(r"([0-9a-f]+)-([0-9a-f]+) (\S{4}) \S+ \S+ (\d+) *(.*)")


class Mapping(NamedTuple):
    """A range of addresses of the process and the file behind it."""

    begin: int
    end: int
    writable: bool
    file: str


class Pages(dict[int, bytes]):
    """The pages that were used, by number: each is read when it is first asked for.

    Attributes:
        descriptor: of the memory.
        ahead: whether neighbours are brought with a page.
        spare: neighbours that nobody has asked for.

    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self.descriptor = descriptor
        self.ahead = True
        self.spare: dict[int, bytes] = {}

    def __missing__(self, number: int) -> bytes:
        if not 0 < number < HIGHEST_PAGE:
            raise TornError(f"no address: {number << PAGE_BITS:#x}")
        raw = self.spare.pop(number, b"")
        if not raw and self.ahead and len(self) > FEW_PAGES:
            first = number - number % BLOCK
            block = pages_at(self.descriptor, first, BLOCK)
            for index in range(len(block) >> PAGE_BITS):
                self.spare[first + index] = block[index << PAGE_BITS : index + 1 << PAGE_BITS]
            raw = self.spare.pop(number, b"")
        raw = raw or pages_at(self.descriptor, number, 1)
        if len(raw) < PAGE:
            raise TornError(f"nothing at {number << PAGE_BITS:#x}")
        self[number] = raw
        return raw


class Recorded(dict[int, bytes]):
    """Notes which of the pages are used."""

    def __init__(self, pages: Pages) -> None:
        super().__init__()
        self.pages = pages

    def __missing__(self, number: int) -> bytes:
        self[number] = raw = self.pages[number]
        return raw


def pages_at(descriptor: int, first: int, count: int) -> bytes:
    """Read pages; less where there is no memory.

    Raises:
        GoneError: when the process has no memory any more.

    """
    try:
        raw = os.pread(descriptor, count << PAGE_BITS, first << PAGE_BITS)
    except ProcessLookupError as error:
        raise GoneError("it ended while it was read") from error
    except OSError:
        return b""  # not mapped: the kernel says EIO
    if not raw:
        raise GoneError("it ended, or started another program, while it was read")
    return raw


class Memory:
    """Reads the memory of one process and keeps the pages.

    Attributes:
        pid: the process.
        pages: the pages that are kept; `forget` drops them.

    """

    def __init__(self, pid: int) -> None:
        """Open the memory.

        Raises:
            DeniedError: when the kernel does not let this user.
            GoneError: when there is no such process.

        """
        self.pid = pid
        try:
            descriptor = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
        except PermissionError as error:
            raise DeniedError("its memory may not be read by this user") from error
        except OSError as error:
            raise GoneError("there is no such process") from error
        self._kept = Pages(descriptor)
        self.pages: dict[int, bytes] = self._kept

    def close(self) -> None:
        """Let the memory go."""
        if self._kept.descriptor >= 0:
            os.close(self._kept.descriptor)
            self._kept.descriptor = -1
        self.forget()

    def mappings(self) -> list[Mapping]:
        """List the mappings that have a file behind them.

        Raises:
            DeniedError, GoneError: as when it is opened.
            NotPythonError: when the process has no memory, as a thread of the kernel.

        """
        try:
            with open(f"/proc/{self.pid}/maps", "rb") as file:  # noqa: PTH123 # once a look
                text = file.read().decode(errors="replace")
        except PermissionError as error:
            raise DeniedError("its memory may not be read by this user") from error
        except OSError as error:
            raise GoneError("there is no such process") from error
        if not text:
            raise NotPythonError("it has no memory of its own")
        found = []
        for line in text.splitlines():
            match = MAP_LINE.match(line)
            if match and match[4] != "0":
                begin, end = int(match[1], 16), int(match[2], 16)
                found.append(Mapping(begin, end, match[3].startswith("rw"), match[5]))
        return found

    def forget(self, *, ahead: bool = True) -> None:
        """Drop all pages, so that the next read is a fresh one, with or without neighbours."""
        self._kept.clear()
        self._kept.spare.clear()
        self._kept.ahead = ahead

    def stretch(self, first: int, count: int) -> bytes:
        """Read pages that are not kept; less where there is no memory."""
        return pages_at(self._kept.descriptor, first, count)

    def used_by(self, read: Callable[[int], object], address: int) -> set[int]:
        """Tell which of the kept pages a read of something at an address uses."""
        self.pages = recorded = Recorded(self._kept)
        try:
            read(address)
        except TornError:
            pass
        finally:
            self.pages = self._kept
        return set(recorded)

    def view(self, address: int, size: int) -> tuple[bytes, int]:
        """Give bytes that hold ``size`` bytes from ``address``, and where these begin in them.

        Raises:
            TornError: when there is no memory at that address.
            GoneError: when the process has ended.

        """
        first = address >> PAGE_BITS
        start = address & PAGE_MASK
        raw = self.pages[first]
        if start + size <= PAGE:
            return raw, start
        if size > MOST_BYTES:
            raise TornError(f"no length: {size}")
        last = (address + size - 1) >> PAGE_BITS
        parts = [raw, *(self.pages[number] for number in range(first + 1, last + 1))]
        return b"".join(parts), start

    def bytes_at(self, address: int, size: int) -> bytes:
        """Read bytes; errors as for `view`."""
        raw, start = self.view(address, size)
        return raw[start : start + size]

    def word(self, address: int) -> int:
        """Read an unsigned word of eight bytes; errors as for `view`."""
        start = address & PAGE_MASK
        if start > PAGE - 8:
            raw, start = self.view(address, 8)
        else:
            raw = self.pages[address >> PAGE_BITS]
        value: int = WORD.unpack_from(raw, start)[0]
        return value

    def text(self, address: int, most: int = 255) -> bytes:
        """Read the bytes up to the next zero; errors as for `view`.

        Raises:
            TornError: when there are more than ``most``.

        """
        raw, start = self.view(address, 1)
        part = raw[start : start + most + 1]
        if b"\0" not in part and start + most + 1 > PAGE:
            part = self.bytes_at(address, most + 1)
        end = part.find(b"\0")
        if end < 0:
            raise TornError("no text")
        return part[:end]

    def changed(self) -> set[int]:
        """Read the pages in use again and name those that differ."""
        differ: set[int] = set()
        ordered = sorted(self._kept)
        at = 0
        while at < len(ordered):
            first = ordered[at]
            end = at + 1
            while (
                end < len(ordered)
                and ordered[end] - first < RUN
                and ordered[end] - ordered[end - 1] <= BLOCK
            ):
                end += 1
            raw = self.stretch(first, ordered[end - 1] - first + 1)
            for number in ordered[at:end]:
                start = (number - first) << PAGE_BITS
                if raw[start : start + PAGE] != self._kept[number]:
                    differ.add(number)
            at = end
        return differ
