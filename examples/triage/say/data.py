"""The report for a program."""

import json
from typing import Any

from examples.triage.before.outcome import Verdict
from examples.triage.say.text import place_text


def json_report(verdicts: list[Verdict], run: dict[str, Any]) -> str:
    """Write the whole report for a program."""
    return json.dumps(run | {"processes": [json_of(verdict) for verdict in verdicts]}, indent=1)


def json_of(verdict: Verdict) -> dict[str, Any]:
    """Give one process in the form of the schema."""
    case, process = verdict.case, verdict.case.process
    return {
        "pid": process.pid,
        "role": process.role,
        "command": process.command,
        "status": verdict.status,
        "reason": verdict.reason,
        "next": verdict.following,
        "retries": process.retries,
        "pause_ms": round(process.pause * 1000, 1),
        "tasks": len(case.latest),
        "groups": [
            {
                "where": place_text(found.place, process),
                "function": found.place.function,
                "waiting_on": found.waiting_on,
                "count": found.counts[-1],
                "delta": found.delta,
                "moved": found.moved,
            }
            for found in case.groups
        ],
        "findings": [
            {
                "rule": rule.id,
                "cause": rule.cause,
                "where": place_text(finding.place, process),
                "function": finding.place.function,
                "tasks": finding.tasks,
                "confidence": finding.confidence,
                "evidence": list(filter(None, finding.evidence)),
                "page": rule.page,
            }
            for rule, finding in verdict.findings
        ],
    }
