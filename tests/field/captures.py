"""Captures of the cases that triage is right about: judged again by every later version of it."""

import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from examples.triage.outcome import judge
from examples.triage.say.capture import load
from tests.field.verdict import Report

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "captures"
LARGEST = 64_000  # bytes: larger ones are not kept


def tidy(file: Path, prefix: str) -> None:
    """Keep a capture if it is small, without the paths of the machine that it was taken on.

    Args:
        file: the capture.
        prefix: where the interpreter of the service is installed.

    """
    text = file.read_text()
    places = {str(ROOT): "/srv/runbook", prefix: "/usr", tempfile.gettempdir(): "/tmp"}  # noqa: S108 # a name, and no file of ours
    for here, there in places.items():
        text = text.replace(here, there)
    if len(text) > LARGEST:
        file.unlink()
    else:
        file.write_text(text)


def prefix_of(python: str) -> str:
    """Give the folder that an interpreter is installed in, below any environment."""
    command: Sequence[str] = [python, "-c", "import sys; print(sys.base_prefix)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def report(file: Path) -> Report:
    """Judge a capture, and give what a report of triage says of it as far as a verdict needs it."""
    return {
        "processes": [
            {
                "status": verdict.status,
                "findings": [
                    {
                        "cause": finding.rule.cause,
                        "function": finding.place.function,
                        "confidence": finding.confidence,
                    }
                    for finding in verdict.findings
                ],
            }
            for verdict in map(judge, load(file))
        ]
    }
