"""The stacks of threads beyond C."""

from __future__ import annotations

import contextlib
import os
import re
import struct
from collections.abc import Iterator

from examples.triage.before.model import Frame, Process, Stack
from examples.triage.read.proc import PROC

BOTTOM = ("<module>", "_run_module_as_main", "Thread._bootstrap")
COOKIE = b"xdebugpy"
OWNED_BY_C = 3  # owner of a frame that stands for C code, and of any above
WORDS = struct.Struct("<100Q")


class WholeStacks:
    """Reads the stacks of threads to their ends.

    CPython 3.14 stops where C called Python, as in a read from a buffered file,
    and so never comes to the function of yours that reads. The way on is the same
    linked list, by the offsets that the process publishes about itself.

    Source of the numbers of the words: ``_Py_DebugOffsets`` of CPython 3.14, in
    Include/internal/pycore_debug_offsets.h.
    """

    def __init__(self, pid: int) -> None:
        """Find the runtime in the memory of the process.

        Raises:
            OSError: when the memory cannot be read.
            LookupError: when no runtime is found.

        """
        self.codes: dict[int, tuple[str, str, list[tuple[int, int, int | None]]]] = {}
        self.memory = os.open(PROC / str(pid) / "mem", os.O_RDONLY)
        try:
            self.runtime = self._runtime(pid)
            self.offsets = WORDS.unpack(self._bytes(self.runtime, WORDS.size))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the memory go."""
        os.close(self.memory)

    def threads(self) -> Iterator[tuple[int, Stack]]:
        """Give the id and the stack of each thread.

        Raises:
            OSError, ValueError, struct.error: when a structure was in motion.

        """
        at = self.offsets
        interpreter = self._word(self.runtime + at[5])
        thread = self._word(interpreter + at[9])
        for _ in range(10_000):
            if not thread:
                break
            frames = tuple(self._frames(self._word(thread + at[26])))
            yield self._word(thread + at[28]), frames
            thread = self._word(thread + at[24])

    def _frames(self, frame: int) -> Iterator[Frame]:
        at = self.offsets
        for _ in range(1_000):
            if not frame:
                break
            raw = self._bytes(frame, at[31])
            if raw[at[36]] < OWNED_BY_C:
                # The lowest bits of a reference to an object are flags.
                code = _word(raw, at[33]) & ~7
                file, function, lines = self.codes.get(code) or self._code(code)
                offset = _word(raw, at[34]) - code - at[48]
                line = next((line for begin, end, line in lines if begin <= offset < end), None)
                yield Frame(file, line or 0, function)
            frame = _word(raw, at[32])

    def _code(self, code: int) -> tuple[str, str, list[tuple[int, int, int | None]]]:
        at = self.offsets
        raw = self._bytes(code, at[39])
        table = self._sized(_word(raw, at[43]), length=at[75], data=at[76])
        first = int.from_bytes(raw[at[44] : at[44] + 4], "little")
        # A code object of this process reads the table of the other one.
        known = self._frames.__code__.replace(co_linetable=table, co_firstlineno=first)
        names = [
            self._sized(_word(raw, at[word]), length=at[79], data=at[80]).decode(errors="replace")
            for word in (40, 42)
        ]
        self.codes[code] = names[0], names[1], list(known.co_lines())
        return self.codes[code]

    def _runtime(self, pid: int) -> int:
        for line in (PROC / str(pid) / "maps").read_text(errors="replace").splitlines():
            if part := re.match(r"(\w+)-(\w+) rw.*python", line):
                begin, end = (int(number, 16) for number in part.groups())
                found = os.pread(self.memory, end - begin, begin).find(COOKIE)
                if found >= 0:
                    return begin + found
        raise LookupError("no runtime")

    def _sized(self, thing: int, *, length: int, data: int) -> bytes:
        size = self._word(thing + length)
        if size > 100_000:
            raise ValueError("not a length")
        return self._bytes(thing + data, size)

    def _word(self, address: int) -> int:
        return _word(self._bytes(address, 8), 0)

    def _bytes(self, address: int, size: int) -> bytes:
        if not 0 < address < 2**63:
            raise ValueError("not an address")
        return os.pread(self.memory, size, address)


def _word(raw: bytes, offset: int) -> int:
    found: int = struct.unpack_from("<Q", raw, offset)[0]
    return found


def complete(process: Process, threads: dict[int, Stack]) -> None:
    """Add to the stacks of worker threads what CPython's own reader leaves out.

    A thread may have moved on since, so its whole stack counts only where it
    begins as that reader saw it.
    """
    cut = {
        tid
        for tid, stack in threads.items()
        if tid != process.main and stack and stack[-1].function not in BOTTOM
    }
    if not cut:
        return
    with (
        contextlib.suppress(OSError, LookupError, ValueError, struct.error),
        contextlib.closing(WholeStacks(process.pid)) as reader,
    ):
        for tid, stack in reader.threads():
            if tid in cut and stack[: len(threads[tid])] == threads[tid]:
                threads[tid] = stack
