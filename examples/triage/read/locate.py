"""Find the runtime of CPython, and asyncio's, in the memory of a process.

Both are found by a scan of the writable parts of files: that needs no file itself, so
replaced files, other mount namespaces and static builds are no cases of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from examples.triage.read.errors import NotPythonError, OtherPythonError, TornError
from examples.triage.read.layout import (
    ASYNCIO_WORDS,
    COOKIE,
    Layout,
    refuse,
    words_needed,
)
from examples.triage.read.memory import PAGE, WORD, Mapping, Memory

CHUNK = 1 << 4  # pages: large ones cost more to read than small ones to ask for
MOST_PAGES = 1 << 14  # of one mapping
PYTHON_FILE = re.compile(r"(?:lib)?python([23])\.?(\d*)")
SIZE_PLACE = ASYNCIO_WORDS.index("interpreter.size")


class Located:
    """Where the runtime is, and what is known of its layout.

    Attributes:
        runtime: address of the runtime.
        layout: the offsets.
        asyncio: whether those of asyncio were found.

    """

    def __init__(self, memory: Memory) -> None:
        """Find the runtime.

        Raises:
            NotPythonError: when there is none.
            OtherPythonError: when its layout is not known.
            DeniedError, GoneError: as for the memory.

        """
        self._memory = memory
        self._scanned: list[Mapping] = []
        mappings = memory.mappings()
        self.runtime, self.layout = runtime_of(memory, mappings)
        self.asyncio = self._scan(mappings)

    def find_asyncio(self) -> bool:
        """Look for the words of asyncio, where nobody looked before."""
        return self._scan(self._memory.mappings())

    def _scan(self, listed: list[Mapping]) -> bool:
        mappings = likely_first(listed, "_asyncio")
        if mappings == self._scanned:
            return False
        self._scanned = mappings
        needle = WORD.pack(self.layout["interpreter.size"])
        for mapping in mappings:
            for address in hits(self._memory, mapping, needle):
                begin = address - 8 * SIZE_PLACE
                if self.layout.add_asyncio(words_at(self._memory, begin, len(ASYNCIO_WORDS))):
                    return True
        return False


def runtime_of(memory: Memory, mappings: list[Mapping]) -> tuple[int, Layout]:
    """Find the runtime and its table; errors as for `Located`."""
    for mapping in likely_first(mappings, "python"):
        for address in hits(memory, mapping, COOKIE):
            _, packed, free_threaded = words_at(memory, address, 3)
            version = (packed >> 24, packed >> 16 & 255, packed >> 8 & 255)
            if version[0] != 3 or packed >> 32:
                continue
            refuse(version, packed & 0xF0, free_threaded=bool(free_threaded))
            table = words_at(memory, address, words_needed(version[:2]))
            return address, Layout(version, table)
    for mapping in mappings:
        match = PYTHON_FILE.match(mapping.file.rpartition("/")[2])
        if match:
            name = f"{match[1]}.{match[2]}" if match[2] else match[1]
            raise OtherPythonError(f"it runs Python {name}, which does not say where it keeps what")
    raise NotPythonError("no Python is in it")


def words_at(memory: Memory, address: int, count: int) -> list[int]:
    """Read words in a row; zeros where there is no memory."""
    try:
        raw = memory.bytes_at(address, 8 * count)
    except TornError:
        return [0] * count
    return [value for (value,) in WORD.iter_unpack(raw)]


def hits(memory: Memory, mapping: Mapping, needle: bytes) -> Iterator[int]:
    """Give each address in the mapping at which the eight bytes stand."""
    first, last = mapping.begin // PAGE, mapping.end // PAGE
    # A search that ends in zeros, of which memory is full, takes twenty times as long.
    part = needle.rstrip(b"\0")
    for page in range(first, min(last, first + MOST_PAGES), CHUNK):
        raw = memory.stretch(page, min(CHUNK, last - page))
        found = raw.find(part)
        while found >= 0:
            if found % 8 == 0 and raw.startswith(needle, found):
                yield page * PAGE + found
            found = raw.find(part, found + 1)


def likely_first(mappings: Iterable[Mapping], name: str) -> list[Mapping]:
    """Order writable mappings so that those of files with such a name come first."""
    return sorted(
        (mapping for mapping in mappings if mapping.writable),
        key=lambda mapping: name not in mapping.file.rpartition("/")[2],
    )
