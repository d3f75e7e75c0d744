"""Holds a process still while it is read."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterator

from examples.triage.model import Process
from examples.triage.read.errors import DeniedError, GoneError
from examples.triage.read.proc import PROC, stat

LONGEST_PAUSE = 1.0  # seconds that --freeze may stop a process


class Freezer:
    """Stops a process around a read, and lets it go whatever happens to triage.

    A child in a session of its own holds the read end of a pipe. It continues
    the target when triage dies or holds the target for too long.
    """

    def __init__(self, process: Process) -> None:
        """Start the watchdog, and hold the process by a descriptor that no other PID can take.

        Raises:
            GoneError: when it has ended.

        """
        self.process = process
        try:
            self.target = os.pidfd_open(process.pid)
        except ProcessLookupError as error:
            raise GoneError("it ended before it was read") from error
        reading, self.writing = os.pipe()
        self.watchdog = os.fork()
        if self.watchdog == 0:
            try:
                os.close(self.writing)
                _watch(reading, self.target)
            finally:
                os._exit(0)  # whatever happens, this child runs nothing else of triage
        os.close(reading)

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold the target, unless somebody else already does.

        Raises:
            GoneError: when it has ended.

        """
        if stat(PROC / str(self.process.pid)).state in "Tt":
            yield
            return
        begin = time.perf_counter()
        try:
            os.write(self.writing, b"S")
        except BrokenPipeError:
            # Nobody would resume it if triage died.
            yield
            return
        try:
            self._send(signal.SIGSTOP)
            while stat(PROC / str(self.process.pid)).state not in "TtZX":
                if time.perf_counter() - begin > LONGEST_PAUSE / 2:
                    break  # PID 1 of a container ignores the signal
            yield
        finally:
            self._send(signal.SIGCONT)
            with contextlib.suppress(BrokenPipeError):
                os.write(self.writing, b"C")
            self.process.pause = max(self.process.pause, time.perf_counter() - begin)

    def close(self) -> None:
        """End the watchdog."""
        os.close(self.writing)
        os.waitpid(self.watchdog, 0)
        os.close(self.target)

    def _send(self, number: signal.Signals) -> None:
        try:
            signal.pidfd_send_signal(self.target, number)
        except ProcessLookupError as error:
            raise GoneError("it ended while it was read") from error
        except PermissionError as error:
            raise DeniedError("this user may not stop it") from error


def _watch(reading: int, target: int) -> None:
    """Live in the child: continue the target when nobody else will. Never returns."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    held = False
    while True:
        ready, _, _ = select.select([reading], [], [], LONGEST_PAUSE if held else None)
        reply = os.read(reading, 1) if ready else b"late"
        if held and reply in {b"", b"late"}:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(target, signal.SIGCONT)
        if not reply:
            os._exit(0)
        held = reply == b"S"
