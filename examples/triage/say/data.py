"""The report for a program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from examples.triage.outcome import Verdict
from examples.triage.say.run import Run
from examples.triage.say.words import Invocation, place_text

SCHEMA = 2


def json_report(verdicts: Sequence[Verdict], run: Run, started: Invocation) -> str:
    """Write the whole report in the form of ``triage.schema.json``."""
    head = {
        "schema": SCHEMA,
        "python": run.python,
        "samples": run.samples,
        "window_s": round(run.window, 2),
        "mode": run.mode,
    }
    processes = [json_of(verdict, started) for verdict in verdicts]
    return json.dumps({**head, "processes": processes}, indent=1)


def json_line(verdict: Verdict, started: Invocation) -> str:
    """Write one process in one line."""
    return json.dumps(json_of(verdict, started))


def json_of(verdict: Verdict, started: Invocation) -> dict[str, Any]:
    """Give one process in the form of the schema."""
    process = verdict.process
    commands = verdict.step.commands if verdict.step else ()
    sentence = verdict.step.sentence if verdict.step else ""
    following = [sentence, *(started.command_line(command, process) for command in commands)]
    return {
        "pid": process.pid,
        "role": verdict.role,
        "python": process.python,
        "command": process.command,
        "status": verdict.status,
        "reason": verdict.reason,
        "next": "\n".join(filter(None, following)),
        "retries": process.retries,
        "pause_ms": round(process.pause * 1000, 1),
        "tasks": sum(len(group.tasks) for group in verdict.groups),
        "missed": sum(snapshot.missed for snapshot in process.snapshots[-1:]),
        "groups": [
            {
                "where": place_text(group.place, process),
                "function": group.place.function,
                "waiting_on": group.waiting_on,
                "count": len(group.tasks),
                "delta": group.delta,
                "moved": group.moved,
            }
            for group in verdict.groups
        ],
        "findings": [
            {
                "rule": finding.rule.id,
                "cause": finding.rule.cause,
                "where": place_text(finding.place, process),
                "function": finding.place.function,
                "tasks": finding.tasks,
                "confidence": finding.confidence,
                "evidence": list(finding.evidence),
                "page": finding.rule.page,
            }
            for finding in verdict.findings
        ],
        "growth": [
            {
                "where": place_text(growth.place, process),
                "function": growth.place.function,
                "waiting_on": growth.waiting_on,
                "before": growth.before,
                "now": growth.after,
                "kept": growth.kept,
                "a_minute": round(growth.rate, 2),
            }
            for growth in verdict.growth
        ],
    }
