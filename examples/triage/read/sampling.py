"""Reads processes again and again over a while."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence

from examples.triage.model import Snapshot, Stack, Thread, ThreadSample
from examples.triage.read.sockets import NetworkTables, tcp_silences
from examples.triage.read.subject import Subject

FEWEST_SAMPLES = 3  # of the threads, between two snapshots
SAMPLES_PER_INTERVAL = 10
# A process with a great many tasks is read three times, not for a minute.
ENOUGH_SNAPSHOTS = 3
TOO_SLOW = 2.0  # intervals that a snapshot may take, and a second more
FAR_TOO_SLOW = 10.0  # seconds after which two snapshots have to do

Notify = Callable[[str], None]


class Sampler:
    """Samples some processes over a while.

    Attributes:
        subjects: the processes.

    """

    def __init__(self, subjects: Sequence[Subject], notify: Notify) -> None:
        """Begin.

        Args:
            subjects: what to read.
            notify: called with a few words on what it does now.

        """
        self.subjects = subjects
        self._notify = notify
        self._due = time.monotonic()

    def run(self, samples: int, interval: float) -> None:
        """Take snapshots, and samples of the threads in between.

        Args:
            samples: how many snapshots.
            interval: seconds from one to the next.

        """
        for number in range(samples):
            if number:
                self._due = max(self._due + interval, time.monotonic())
                self._between(self._due, interval / SAMPLES_PER_INTERVAL)
            began = time.monotonic()
            self.snapshot(f"snapshot {number + 1} of {samples}")
            took = time.monotonic() - began
            slow = number + 1 >= ENOUGH_SNAPSHOTS and took > TOO_SLOW * interval + 1
            if slow or (number and took > FAR_TOO_SLOW):
                break

    def snapshot(self, which: str = "snapshot") -> None:
        """Read everything once: the threads first, since the tasks may take longer."""
        silences, tables = tcp_silences(), NetworkTables()
        threads: dict[int, dict[int, Thread]] = {}
        for number, subject in enumerate(self._open(), 1):
            self._notify(f"{which}: threads of process {number} of {len(self.subjects)}")
            with subject.recording("threads"):
                threads[subject.process.pid] = subject.threads(details=True)
        stacks: dict[int, Stack] = {
            pid: found[pid].stack for pid, found in threads.items() if pid in found
        }
        for number, subject in enumerate(self._open(), 1):
            self._notify(f"{which}: tasks of process {number} of {len(self.subjects)}")
            found = threads.get(subject.process.pid, {})
            with subject.recording("tasks"):
                subject.snapshot(found, silences, tables, stacks)

    def sample(self) -> None:
        """Read the threads alone once."""
        for subject in self._open():
            with subject.recording("threads"):
                subject.process.samples.append(ThreadSample(time.monotonic(), subject.threads()))

    def forget_before(self, moment: float) -> None:
        """Drop what was read before a moment on the monotonic clock."""
        for subject in self.subjects:
            process = subject.process
            process.snapshots[:] = _since(process.snapshots, moment)
            process.samples[:] = [one for one in process.samples if one.time >= moment]

    def rest(self, seconds: float) -> None:
        """Wait for so many `seconds`, and sample the threads meanwhile."""
        self._due = time.monotonic() + seconds
        self._between(self._due, seconds / SAMPLES_PER_INTERVAL)

    def _open(self) -> list[Subject]:
        return [subject for subject in self.subjects if not subject.is_over]

    def _between(self, until: float, pause: float) -> None:
        for number in itertools.count():
            left = until - time.monotonic()
            if left <= 0 and number >= FEWEST_SAMPLES:
                break
            if not self._open():
                break
            time.sleep(min(pause, max(left, pause / 5)))
            self.sample()


def _since(snapshots: Sequence[Snapshot], moment: float) -> list[Snapshot]:
    return [snapshot for snapshot in snapshots if snapshot.time >= moment]
