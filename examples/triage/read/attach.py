"""Asks a Python to run a script, and takes the question back.

Source: the remote debugging attachment protocol of CPython,
https://docs.python.org/3/howto/remote_debugging.html
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterator

from examples.triage.read.errors import DeniedError, GoneError, OtherPythonError, ReadError
from examples.triage.read.layout import words_needed
from examples.triage.read.locate import Located, words_at
from examples.triage.read.memory import WORD, Memory
from examples.triage.read.proc import PROC
from examples.triage.read.threads import interpreters

PLEASE_STOP = 1 << 5  # bit of the eval breaker
LONGEST_PATH = 512
PENDING_CALL = struct.Struct("<i")


class Attached:
    """The place in the main thread of a Python where a script can be asked for."""

    def __init__(self, pid: int) -> None:
        """Find the place.

        Args:
            pid: the process.

        Raises:
            ReadError: when it cannot be read, is not known, or does not allow it.

        """
        self._pid = pid
        with contextlib.closing(Memory(pid)) as memory:
            located = Located(memory)
            layout = located.layout
            version = layout.version[:2]
            begin = located.runtime + WORD.size * words_needed(version)
            breaker, support, enabled, pending, path, size = words_at(memory, begin, 6)
            # A write at a wrong place would be worse than no answer.
            if (pending, path, size) != (0, PENDING_CALL.size, LONGEST_PATH) or not (
                breaker < layout["thread.size"] and support < layout["thread.size"]
            ):
                raise OtherPythonError("its place for a script is not where it is known to be")
            # The newest is the first of the list; only that of the process has the main thread.
            main = next((one for one in interpreters(memory, located) if one.id == 0), None)
            if main is None:
                raise GoneError("it ended while it was read")
            if PENDING_CALL.unpack(memory.bytes_at(main.address + enabled, PENDING_CALL.size)) != (
                1,
            ):
                raise ReadError("remote debugging is not enabled in it")
            thread = memory.word(main.address + layout["interpreter.threads_main"])
        if not thread:
            raise GoneError("it ended while it was read")
        self._breaker = thread + breaker
        self._pending = thread + support + pending
        self._path = thread + support + path

    def request(self, script: str) -> None:
        """Ask for the script at a path to be run.

        Raises:
            ReadError: when the process does not let itself be written to, or is asked already.

        """
        raw = os.fsencode(script) + b"\0"
        if len(raw) > LONGEST_PATH:
            raise ReadError(f"the path of the script has more than {LONGEST_PATH} bytes")
        with self._memory() as memory:
            if self._is_pending(memory):
                raise ReadError("another script is pending in it: somebody else asks it")
            os.pwrite(memory, raw, self._path)
            os.pwrite(memory, PENDING_CALL.pack(1), self._pending)
            (breaker,) = WORD.unpack(read_all(memory, WORD.size, self._breaker))
            os.pwrite(memory, WORD.pack(breaker | PLEASE_STOP), self._breaker)

    def take_back(self) -> bool:
        """Take the question back.

        Returns:
            Whether it was still pending, and is no more.

        """
        with contextlib.suppress(ReadError, OSError), self._memory() as memory:
            if self._is_pending(memory):
                os.pwrite(memory, PENDING_CALL.pack(0), self._pending)
                os.pwrite(memory, b"\0", self._path)
                return not self._is_pending(memory)
        return False

    def _is_pending(self, memory: int) -> bool:
        return PENDING_CALL.unpack(read_all(memory, PENDING_CALL.size, self._pending)) != (0,)

    @contextlib.contextmanager
    def _memory(self) -> Iterator[int]:
        try:
            memory = os.open(PROC / str(self._pid) / "mem", os.O_RDWR | os.O_CLOEXEC)
        except PermissionError as error:
            raise DeniedError("its memory may not be written by this user") from error
        except OSError as error:
            raise GoneError("it ended before it was asked") from error
        try:
            yield memory
        except OSError as error:
            raise GoneError("it ended while it was asked") from error
        finally:
            os.close(memory)


def read_all(memory: int, size: int, address: int) -> bytes:
    """Read memory that was there a moment ago.

    Args:
        memory: descriptor of the memory of the process.
        size: bytes.
        address: of the first.

    Raises:
        GoneError: when the process has no memory any more: the kernel then gives nothing.

    """
    raw = os.pread(memory, size, address)
    if len(raw) < size:
        raise GoneError("it ended while it was asked")
    return raw
