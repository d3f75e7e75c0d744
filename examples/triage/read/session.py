"""All processes of one run, from the first read to the last."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator

from examples.triage.faults import Faults, complain
from examples.triage.model import Entry, Process
from examples.triage.read.in_process import ANNOUNCEMENT, run_inside
from examples.triage.read.origin import Origins
from examples.triage.read.proc import Machine, process_of_thread
from examples.triage.read.redis import RedisError, assign, pending_entries
from examples.triage.read.sampling import Notify, Sampler
from examples.triage.read.subject import Subject

MOST_SNAPSHOTS = 20
LONGER_SNAPSHOTS = 4  # that are added when the first window decided nothing
SHORTEST_REST = 0.1
SLIDING_SECONDS = 10.0  # what --until keeps of the past
UNTIL_SECONDS = 600.0
FREEZING = """\
--freeze stops PID {pid} for each read of its tasks, for 1 s at most: that needs the consent
of the incident lead (ADR-0011). A guard resumes it whatever happens to triage."""


class Session:
    """Opens processes, samples them, and closes them.

    Attributes:
        notes: what the reader should know before the report.
        first_window: seconds of the first window, before it sampled for longer.
        waited: seconds that --until has sampled.
        refused: why Redis gave no answer; None when it did, or was not asked.

    """

    def __init__(self, options: argparse.Namespace, notify: Notify, faults: Faults) -> None:
        """Open the processes that the options name, with their descendants; all without one.

        Raises:
            ReadError: when there is no /proc.
            RedisError: when the Redis that they name cannot be asked.

        """
        self.options = options
        self.notes: list[str] = []
        self.first_window = 0.0
        self.waited = 0.0
        self._faults = faults
        self.refused: RedisError | None = None
        self._taken = self._pending() if options.redis else {}
        if self.refused:
            raise self.refused
        machine = Machine()
        pids = machine.with_descendants(map(self._process, options.pids)) or sorted(machine.stats)
        if not options.pids:
            pids = [pid for pid in pids if pid != os.getpid() and machine.stats[pid].memory]
        self.subjects: list[Subject] = []
        known: dict[object, Origins] = {}
        for number, pid in enumerate(pids, 1):
            notify(f"opening process {number} of {len(pids)}")
            self.subjects.append(Subject(pid, machine, options.own, known))
        self._sampler = Sampler(self.subjects, notify)

    @property
    def processes(self) -> list[Process]:
        """The records of all processes."""
        return [subject.process for subject in self.subjects]

    @property
    def window(self) -> float:
        """Seconds from the first to the last snapshot of those that are read on."""
        return min(self._windows(), default=0.0)

    def _windows(self) -> list[float]:
        return [
            subject.process.snapshots[-1].time - subject.process.snapshots[0].time
            for subject in self.subjects
            if subject.process.snapshots and not subject.is_over
        ]

    def sample(self) -> None:
        """Sample as long and as often as the options say."""
        options = self.options
        if options.freeze:
            for subject in self.subjects:
                if not subject.is_over:
                    complain(FREEZING.format(pid=subject.process.pid))
                    subject.freeze()
        samples, interval = options.samples, options.interval
        if options.duration:
            samples = max(2, min(MOST_SNAPSHOTS, int(options.duration / interval) + 1))
            interval = options.duration / (samples - 1)
        self._sampler.run(samples, interval)
        self.first_window = max(self._windows(), default=0.0)
        if self._taken:
            still = self._pending()
            left = {entry: taken for entry, taken in self._taken.items() if entry in still}
            assign(left, self.processes)
        self._settle()

    def sample_once(self) -> None:
        """Sample once, for the list."""
        self._sampler.run(1, self.options.interval)
        self._settle()

    def sample_longer(self, seconds: float) -> None:
        """Go on until the window has `seconds`."""
        pause = (seconds - self.window) / LONGER_SNAPSHOTS
        while self.window < seconds and not all(subject.is_over for subject in self.subjects):
            self._sampler.rest(max(min(pause, seconds - self.window), SHORTEST_REST))
            self._sampler.snapshot("longer sampling")
        self._settle()

    def samples(self) -> Iterator[None]:
        """Sample again and again, with a pause ten times as long as a sample took."""
        begin = time.monotonic()
        end = begin + (self.options.duration or UNTIL_SECONDS)
        while time.monotonic() < end:
            started = time.monotonic()
            self._sampler.snapshot("waiting")
            took = time.monotonic() - started
            self._sampler.forget_before(started - SLIDING_SECONDS)
            self._settle()
            self.waited = time.monotonic() - begin
            yield
            if all(subject.is_over for subject in self.subjects):
                return
            self._sampler.rest(max(self.options.interval, 10 * took))
            self.waited = time.monotonic() - begin

    def run_in_process(self) -> Iterator[Process]:
        """Run a script in each process whose loop was seen, and give every process."""
        for subject in self.subjects:
            process = subject.process
            if not subject.is_over and process.loop_seen and not process.stopped:
                complain(ANNOUNCEMENT.format(pid=process.pid))
                with self._faults.stage("in-process"):
                    run_inside(process, subject.place, self.options.wait)
                if "partial" in process.answer:
                    complain(f"its answer is not whole: {process.answer['partial']}")
            yield process

    def close(self) -> None:
        """Let all processes go, and hand over what went wrong."""
        for subject in self.subjects:
            subject.close()
            if subject.fault is not None:
                self._faults.found.append(subject.fault)
                subject.fault = None

    def _process(self, pid: int) -> int:
        found = process_of_thread(pid)
        if found != pid:
            self.notes.append(f"note: {pid} is a thread of PID {found}, which is read instead")
        return found

    def _pending(self) -> dict[Entry, float]:
        """Ask Redis: what goes wrong costs the report nothing else."""
        with self._faults.stage("redis"):
            try:
                return pending_entries(self.options.redis)
            except RedisError as error:
                self.refused = error
        return {}

    def _settle(self) -> None:
        for subject in self.subjects:
            if subject.process.snapshots:
                subject.settle_role()
