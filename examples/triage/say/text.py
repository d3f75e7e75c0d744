"""The report for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from examples.triage.group import Group
from examples.triage.model import Process
from examples.triage.outcome import Verdict
from examples.triage.rules.rule import Finding
from examples.triage.say.run import Run
from examples.triage.say.words import (
    COLUMNS,
    Invocation,
    Painter,
    clean,
    cut,
    fit,
    place_text,
    wrapped,
)
from examples.triage.wording import counted, spoken

STATUS_COLOURS = {"findings": "1;31", "healthy": "32", "idle": "32"}
MOST_PLACES = 20
WAITING_COLUMN = 26
NUMBERS_COLUMN = 32  # of the table, before the code


def text_of(verdict: Verdict, paint: Painter, started: Invocation) -> Iterator[str]:
    """Write the verdict on one process."""
    process = verdict.process
    head = f"PID {process.pid}: {verdict.role}"
    if process.python:
        head += f", Python {process.python}"
    yield f"{head}  {paint(STATUS_COLOURS.get(verdict.status, '1;33'), verdict.status.upper())}"
    if process.command:
        yield f"  {cut(clean(process.command), COLUMNS - 2)}"
    if verdict.reason:
        yield from sentence(verdict.reason)
    if verdict.step is not None:
        commands = verdict.step.commands
        yield from wrapped(f"Next: {verdict.step.sentence}{':' if commands else '.'}", "  ")
        for command in commands:
            yield f"    {started.command_line(command, process)}"
    for number, finding in enumerate(verdict.findings, 1):
        yield from finding_text(number, finding, process, paint)
    yield from growth_text(verdict)
    yield from table_of(verdict)


def sentence(text: str) -> Iterator[str]:
    """Write a reason as a sentence."""
    yield from wrapped(clean(text[0].upper() + text[1:] + "."), "  ")


def finding_text(number: int, finding: Finding, process: Process, paint: Painter) -> Iterator[str]:
    """Write one finding."""
    rule = finding.rule
    tasks = f", {counted(finding.tasks, 'task')}" if finding.tasks else ""
    yield ""
    yield paint("1", f"  {number}. {rule.cause} ({finding.confidence}){tasks}")
    if where := clean(place_text(finding.place, process)):
        yield f"     {fit(f'{where} {clean(finding.place.function)}', COLUMNS - 5)}"
    yield from wrapped(rule.sentence, "     ")
    for line in finding.evidence:
        yield from wrapped(f"- {clean(line)}", "     ", "       ")
    yield f"     Page: {rule.page}"


def growth_text(verdict: Verdict) -> Iterator[str]:
    """Write what has become more or less since the baseline, and what is still there."""
    if not verdict.growth:
        return
    yield ""
    yield "  since the baseline:"
    width = COLUMNS - 2 - 35 - WAITING_COLUMN
    head = f"  {'before':>7} {'now':>7} {'kept':>6} {'a minute':>9} "
    yield f"{head} {'code':<{width}} waiting on"
    for growth in verdict.growth[:MOST_PLACES]:
        where = f"{clean(place_text(growth.place, verdict.process))} {clean(growth.place.function)}"
        row = (
            f"  {growth.before:>7,} {growth.after:>7,} {growth.kept:>6,} {growth.rate:>+9,.1f} "
            f" {fit(where, width):<{width}} {fit(clean(growth.waiting_on), WAITING_COLUMN - 1)}"
        )
        yield row.rstrip()
    if verdict.growth[MOST_PLACES:]:
        yield f"  and {len(verdict.growth) - MOST_PLACES} more places"


def table_of(verdict: Verdict) -> Iterator[str]:
    """Write the groups of own code as a table, and count the others."""
    own = [group for group in verdict.groups if group.own and group.tasks]
    others = [group for group in verdict.groups if not group.own and group.tasks]
    if own:
        digits = max(6, *(len(f"{len(group.tasks):,}") for group in own))
        width = COLUMNS - 2 - NUMBERS_COLUMN - WAITING_COLUMN - (digits - 6)
        yield ""
        head = f"  {'tasks':>{digits}} {'change':>7} {'samples':>8} moved "
        yield f"{head} {'your code':<{width}} waiting on"
        for group in own[:MOST_PLACES]:
            yield from table_row(group, verdict.process, digits, width)
        if own[MOST_PLACES:]:
            yield f"  and {len(own) - MOST_PLACES} more places"
    if count := sum(len(group.tasks) for group in others):
        names = sorted({clean(group.place.function) or "(no frame)" for group in others})
        yield from wrapped(f"{counted(count, 'task')} of libraries: {', '.join(names)}", "  ")
    missed = sum(snapshot.missed for snapshot in verdict.process.snapshots[-1:])
    if missed:
        yield from wrapped(f"{counted(missed, 'task')} more could not be read.", "  ")


def table_row(group: Group, process: Process, digits: int, width: int) -> Iterator[str]:
    """Write one group, with what the process says about its tasks.

    Args:
        group: the tasks.
        process: whose they are.
        digits: columns of their number.
        width: columns of their place.

    """
    where = f"{clean(place_text(group.place, process))} {clean(group.place.function)}"
    moved = "yes" if group.moved else "no"
    row = (
        f"  {len(group.tasks):>{digits},} {group.delta:>+7,} {group.age:>8} {moved:<6}"
        f" {fit(where, width):<{width}} {fit(clean(group.waiting_on), WAITING_COLUMN - 1)}"
    )
    yield row.rstrip()
    for note in dict.fromkeys(note for task in group.tasks[:50] for note in task.notes):
        yield from wrapped(clean(note), " " * 33)


def last_line(verdicts: Sequence[Verdict], run: Run) -> Iterator[str]:
    """Say how the report came about."""
    retries = sum(verdict.process.retries for verdict in verdicts)
    pause = max((verdict.process.pause for verdict in verdicts), default=0.0)
    paused = f", longest stop of a process {pause * 1000:.1f} ms" if run.mode == "frozen" else ""
    again = f", {counted(retries, 'read')} retried" if retries else ""
    yield from wrapped(
        f"{counted(run.samples, 'sample')} over {run.window:.1f} s, {run.mode}{again}{paused}.", ""
    )
    if run.longer:
        yield from wrapped(
            f"It looked for {spoken(run.window)} since stillness for {spoken(run.first_window)}"
            " proves nothing.",
            "",
        )


def list_text(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """Write the table of processes that triage shows without a PID."""
    yield f"{'PID':>8} {'role':<18} {'python':<8} {'loop':<5} {'tasks':>7} command"
    for verdict in verdicts:
        process = verdict.process
        seen = "yes" if process.loop_seen else "no"
        readable = any(snapshot.readable for snapshot in process.snapshots)
        tasks = str(sum(len(group.tasks) for group in verdict.groups)) if readable else "?"
        row = (
            f"{process.pid:>8} {verdict.role:<18} {process.python:<8} {seen:<5} {tasks:>7}"
            f" {clean(process.command)}"
        )
        yield cut(row, COLUMNS)
