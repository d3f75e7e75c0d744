"""The report for a person."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from examples.triage.before.case import Finding, Rule, counted
from examples.triage.before.judges import loop_seen
from examples.triage.before.model import NOWHERE, Frame, Process
from examples.triage.before.outcome import Verdict

COLUMNS = 100


def clean(text: str) -> str:
    """Make names safe for a terminal: no control characters, no lone surrogates."""
    # CPython 3.14 hands over non-ASCII names as NUL bytes.
    return "".join(
        "?" if char == "\0" else char if char.isprintable() else ascii(char)[1:-1] for char in text
    )


def fit(text: str, width: int) -> str:
    """Cut the beginning of a long text off: the end of a path says more."""
    return text if len(text) <= width else "..." + text[3 - width :]


def place_text(frame: Frame, process: Process) -> str:
    """Write a place as file and line, from the working directory of the process."""
    if frame == NOWHERE:
        return ""
    name = frame.file.removeprefix(process.cwd.rstrip("/") + "/")
    return f"{name}:{frame.line}" if frame.line else name


@dataclass(frozen=True)
class Painter:
    """Colours for a terminal, and none for a file or a pipe."""

    on: bool

    def __call__(self, code: str, text: str) -> str:
        """Paint `text` with an SGR `code`."""
        return f"\033[{code}m{text}\033[0m" if self.on else text


STATUS_COLOURS = {"findings": "1;31", "healthy": "32", "idle": "32"}


def text_of(verdict: Verdict, paint: Painter) -> Iterator[str]:
    """Write the verdict on one process in lines of at most 100 columns."""
    process = verdict.case.process
    head = f"PID {process.pid}: {process.role}  "
    colour = STATUS_COLOURS.get(verdict.status, "1;33")
    command = clean(process.command)
    yield f"{head}{paint(colour, verdict.status.upper())}"
    if command:
        yield f"  {command if len(command) < COLUMNS - 2 else command[: COLUMNS - 5] + '...'}"
    if verdict.reason:
        yield from wrapped(verdict.reason[0].upper() + verdict.reason[1:] + ".", "  ")
    if verdict.following:
        sentence, *commands = verdict.following.split("\n")
        yield from wrapped(f"Next: {sentence}{':' if commands else '.'}", "  ")
        for command in commands:
            yield f"    {command}"
    for number, (rule, finding) in enumerate(verdict.findings, 1):
        yield from finding_text(number, rule, finding, process, paint)
    yield from table_of(verdict)


def finding_text(
    number: int, rule: Rule, finding: Finding, process: Process, paint: Painter
) -> Iterator[str]:
    """Write one finding."""
    count = counted(finding.tasks, "task")
    yield ""
    yield paint("1", f"  {number}. {rule.cause} ({finding.confidence}), {count}")
    where = clean(place_text(finding.place, process))
    if where:
        yield f"     {fit(f'{where} {clean(finding.place.function)}', COLUMNS - 5)}"
    yield from wrapped(rule.sentence, "     ")
    for line in filter(None, finding.evidence):
        yield from wrapped(f"- {clean(line)}", "     ", "       ")
    yield f"     Page: {rule.page}"


def table_of(verdict: Verdict) -> Iterator[str]:
    """Write the groups of your own code as a table, and count the others."""
    yours = [found for found in verdict.case.groups if found.place.is_yours and found.counts[-1]]
    others = [found for found in verdict.case.groups if not found.place.is_yours]
    process = verdict.case.process
    if yours:
        width = COLUMNS - 2 - 31 - 30
        yield ""
        head = f"  {'tasks':>6} {'change':>7} {'samples':>8} moved "
        yield f"{head} {'your code':<{width}} waiting on"
    for found in yours[:20]:
        where = f"{clean(place_text(found.place, process))} {clean(found.place.function)}"
        moved = "yes" if found.moved else "no"
        row = (
            f"  {found.counts[-1]:>6} {found.delta:>+7} {found.age:>8} {moved:<6}"
            f" {fit(where, width):<{width}} {fit(clean(found.waiting_on), 28)}"
        )
        yield row.rstrip()
        for note in dict.fromkeys(note for task in found.tasks[:50] for note in task.notes):
            yield from wrapped(clean(note), " " * 33)
    if yours[20:]:
        yield f"  and {len(yours) - 20} more places"
    if count := sum(found.counts[-1] for found in others):
        names = sorted({found.place.function for found in others if found.counts[-1]})
        yield from wrapped(
            f"{counted(count, 'task')} of libraries: {clean(', '.join(names))}", "  "
        )


def wrapped(text: str, first: str, later: str | None = None) -> list[str]:
    """Wrap a sentence to the columns of the output."""
    indent = first if later is None else later
    return textwrap.wrap(text, COLUMNS, initial_indent=first, subsequent_indent=indent)


def text_report(verdicts: list[Verdict], run: dict[str, Any], paint: Painter) -> Iterator[str]:
    """Write the whole report for a person."""
    for verdict in verdicts:
        yield from text_of(verdict, paint)
        yield ""
    retries = sum(verdict.case.process.retries for verdict in verdicts)
    pause = max((verdict.case.process.pause for verdict in verdicts), default=0.0)
    paused = f", longest stop of a process {pause * 1000:.1f} ms" if run["mode"] == "frozen" else ""
    yield from wrapped(
        f"{run['samples']} samples over {run['window_s']:.1f} s, {run['mode']}, read again"
        f" {retries} times{paused}.",
        "",
    )


def list_text(verdicts: list[Verdict]) -> Iterator[str]:
    """Write the table of processes that triage shows without a PID."""
    yield f"{'PID':>8} {'role':<18} {'loop':<5} {'tasks':>6} command"
    for verdict in verdicts:
        process = verdict.case.process
        seen = "yes" if loop_seen(verdict.case) else "no"
        tasks = str(len(verdict.case.latest)) if process.snapshots else "?"
        row = f"{process.pid:>8} {process.role:<18} {seen:<5} {tasks:>6} {clean(process.command)}"
        yield row if len(row) <= COLUMNS else row[: COLUMNS - 3] + "..."
