"""The command: reads, judges, says, in this order."""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import shlex
import signal
import sys
import time
from collections.abc import Iterable, Sequence

from examples.triage.case import LONG, Case
from examples.triage.faults import (
    INTERNAL,
    Faults,
    complain,
    open_standard_streams,
    silence,
)
from examples.triage.model import Process
from examples.triage.options import arguments
from examples.triage.outcome import Verdict, judge
from examples.triage.read.errors import ReadError
from examples.triage.read.redis import RedisError
from examples.triage.read.session import Session
from examples.triage.say.capture import CaptureError, load, save
from examples.triage.say.data import json_line, json_report
from examples.triage.say.explain import rules_text
from examples.triage.say.run import Run
from examples.triage.say.text import last_line, list_text, text_of
from examples.triage.say.tree import tree_text
from examples.triage.say.words import Invocation, Painter, clean

QUIET_SECONDS = 2.0  # after which progress is shown


def main(argv: Sequence[str]) -> int:
    """Run the command, and give its exit status."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    open_standard_streams()
    faults = Faults()
    debug = "--debug" in argv
    try:
        return Command(arguments(argv), faults).run()
    except KeyboardInterrupt:
        return 130
    except RedisError as error:
        return without_redis(error)
    except (CaptureError, ReadError) as error:
        complain(f"error: {clean(str(error))}")
        return 3 if isinstance(error, ReadError) else 2
    except BrokenPipeError:
        silence(1)
        return 0
    except Exception as error:  # noqa: BLE001 # it is reported, and has a status of its own
        faults.found.append(("start", error))
        faults.report(debug=debug)
        return INTERNAL


def without_redis(error: RedisError) -> int:
    """Say why Redis could not be asked, and give the exit status."""
    complain(f"error: --redis: {clean(str(error))}")
    return 2


class Progress:
    """Tells on a terminal what goes on, once it takes long."""

    def __init__(self) -> None:
        """Begin."""
        self._begin = time.monotonic()
        self._printed = 0.0
        self.on = sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, text: str) -> None:
        """Tell what goes on."""
        now = time.monotonic()
        if self.on and now - self._begin > QUIET_SECONDS and now - self._printed > 0.5:
            self._printed = now
            sys.stderr.write(f"\r\033[Ktriage: {text}")
            sys.stderr.flush()

    def clear(self) -> None:
        """Leave no trace."""
        if self._printed:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def how_started() -> Invocation:
    """Say how this triage was started."""
    words = getattr(sys, "orig_argv", None) or [sys.executable]
    python = shlex.quote(words[0])
    script = sys.argv[0]
    if script in {"-", ""}:
        return Invocation(f"{python} -", "triage.py", piped=True)
    if script.endswith("__main__.py"):
        return Invocation(f"{python} -m examples.triage", "build/triage.py")
    return Invocation(f"{python} {shlex.quote(script)}", shlex.quote(script))


class Command:
    """One run of triage."""

    def __init__(self, options: argparse.Namespace, faults: Faults) -> None:
        """Take the options, and keep errors of triage in `faults`."""
        self.options = options
        self.faults = faults
        self.started = how_started()
        self._printed: dict[int, Verdict] = {}  # that --json-lines has printed, by PID

    def run(self) -> int:
        """Do what the command line asks for, and give the exit status."""
        options = self.options
        if options.rules:
            self.say(rules_text())
            status = 0
        elif options.files:
            status = self.judge_captures()
        elif options.pids:
            status = self.inspect()
        else:
            status = self.list_processes()
        with self.faults.stage("print"):
            self.flush()
        return INTERNAL if self.faults.report(debug=options.debug) else status

    def inspect(self) -> int:
        """Read processes, and report on them."""
        options = self.options
        progress = Progress()
        with contextlib.closing(Session(options, progress, self.faults)) as session:
            if session.notes:
                complain("\n".join(session.notes))
            try:
                verdicts = self.read(session)
            finally:
                progress.clear()
        mode = "frozen" if options.freeze else "in-process" if options.in_process else "read-only"
        if options.save:
            self.save(session.processes)
        status = self.report(verdicts, self.run_of(verdicts, mode, session.first_window))
        return without_redis(session.refused) if session.refused else status

    def read(self, session: Session) -> list[Verdict]:
        """Read until the verdicts are what was asked for."""
        options = self.options
        if options.until:
            return self.sample_until(session)
        with self.faults.stage("sample"):
            session.sample()
        verdicts = self.judged(session.processes)
        undecided = any(verdict.undecided for verdict in verdicts)
        if undecided and not options.duration and not self.faults.found:
            if not options.in_process:
                self.print_early(verdict for verdict in verdicts if not verdict.undecided)
            with self.faults.stage("sample"):
                session.sample_longer(LONG)
            verdicts = self.judged(session.processes)
        if options.in_process:
            for process in session.run_in_process():
                self.print_early(self.judged([process]))
            verdicts = self.judged(session.processes)
        return verdicts

    def print_early(self, verdicts: Iterable[Verdict]) -> None:
        """Print what is decided while other processes are still sampled, with --json-lines.

        Args:
            verdicts: which the report then keeps.

        """
        if not self.options.json_lines:
            return
        for verdict in verdicts:
            if verdict.process.pid not in self._printed:
                with self.faults.stage("print"):
                    self.say([json_line(verdict, self.started)])
                self._printed[verdict.process.pid] = verdict

    def sample_until(self, session: Session) -> list[Verdict]:
        """Sample at a low rate until a verdict is the wanted one, or the time is over."""
        verdicts: list[Verdict] = []
        with self.faults.stage("sample"):
            for _ in session.samples():
                verdicts = self.judged(session.processes)
                if any(verdict.status == self.options.until for verdict in verdicts):
                    name = f"triage-{self.options.pids[0]}-{time.strftime('%Y%m%dT%H%M%S')}.json"
                    self.options.save = self.options.save or name
                    return verdicts
        complain(f"no {self.options.until} in {session.waited:.0f} s; this is the last sample")
        return verdicts

    def judge_captures(self) -> int:
        """Judge a capture, or compare it with its baseline.

        Raises:
            CaptureError: when they are none, or of other processes.

        """
        capture, *baseline = self.options.files
        processes = load(capture)
        before = {(one.pid, one.start): one for file in baseline for one in load(file)}
        if baseline and not any((one.pid, one.start) in before for one in processes):
            raise CaptureError("the two captures have no process in common")
        try:
            verdicts = [judge(one, before.get((one.pid, one.start))) for one in processes]
        except ValueError as error:
            raise CaptureError(str(error)) from error
        windows = [verdict.window for verdict in verdicts]
        return self.report(verdicts, self.run_of(verdicts, "capture", max(windows, default=0.0)))

    def list_processes(self) -> int:
        """Print the Python processes that this user may read."""
        progress = Progress()
        with contextlib.closing(Session(self.options, progress, self.faults)) as session:
            try:
                session.sample_once()
            finally:
                progress.clear()
        readable = [one for one in session.processes if one.snapshots and one.python]
        verdicts = self.judged(readable)
        if verdicts:
            self.say(list_text(verdicts))
            return 0
        kinds = [one.problem.kind for one in session.processes if one.problem]
        denied = kinds.count("denied") + kinds.count("other-python")
        all_of_them = f"{len(session.processes):,}"
        if denied:
            complain(
                f"no Python process here that this user may read: {denied:,} of {all_of_them}"
                " refuse; run triage as their user or as root"
            )
        else:
            complain(f"no Python process here: {all_of_them} of {all_of_them} run something else")
        return 3

    def judged(self, processes: Iterable[Process]) -> list[Verdict]:
        """Judge each process; one that was not read, or cannot be judged, is blind."""
        found = []
        for process in processes:
            if process.pid in self._printed:
                found.append(self._printed[process.pid])
                continue
            verdict = Verdict(
                process, process.role, "blind", "triage failed to read or to judge it"
            )
            if process.snapshots or process.problem:
                with self.faults.stage("judge"):
                    verdict = judge(process)
            found.append(verdict)
        return found

    def run_of(self, verdicts: Sequence[Verdict], mode: str, first_window: float) -> Run:
        """Say how the report came about."""
        samples = max((len(verdict.process.snapshots) for verdict in verdicts), default=0)
        window = max((verdict.window for verdict in verdicts), default=0.0)
        return Run(platform.python_version(), mode, samples, window, first_window or window)

    def save(self, processes: Sequence[Process]) -> None:
        """Write a capture, and say where."""
        taken = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        with self.faults.stage("save"):
            save(self.options.save, processes, taken=taken)
            complain(f"saved {self.options.save}")

    def report(self, verdicts: Sequence[Verdict], run: Run) -> int:
        """Print the verdicts, and give the exit status."""
        options = self.options
        if options.tree:
            for verdict in verdicts:
                with self.faults.stage("tree"):
                    self.say([*tree_text(Case(verdict.process)), ""])
                    continue
                self.say_verdict(verdict)
        elif options.json_lines:
            self.print_early(verdicts)
        elif options.json:
            with self.faults.stage("print"):
                self.say([json_report(verdicts, run, self.started)])
        else:
            for verdict in verdicts:
                self.say_verdict(verdict)
            with self.faults.stage("print"):
                self.say(last_line(verdicts, run))
        if any(verdict.findings for verdict in verdicts):
            return 1
        return 0 if any(verdict.was_read for verdict in verdicts) else 3

    def say_verdict(self, verdict: Verdict) -> None:
        """Print the report on a process as text."""
        with self.faults.stage("print"):
            coloured = sys.stdout is not None and sys.stdout.isatty()
            paint = Painter(on=coloured and "NO_COLOR" not in os.environ)
            self.say([*text_of(verdict, paint, self.started), ""])

    def say(self, lines: Iterable[str]) -> None:
        """Print lines, and let them be seen at once.

        Raises:
            OSError: when standard output is closed, or takes no more.

        """
        if sys.stdout is None:
            sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 # told once is enough
            raise OSError("standard output is closed")
        # A lone surrogate in a name must not end the report.
        sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        self.flush()

    def flush(self) -> None:
        """Let standard output go out here, and not at the end of Python, where nobody handles it.

        Raises:
            OSError: when it takes no more.

        """
        try:
            if sys.stdout is not None:
                sys.stdout.flush()
        except OSError:
            silence(1)
            raise
