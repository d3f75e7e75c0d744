"""Run triage as a reader does, and give its report as data."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from examples.triage.say.words import wrapped
from tests.support.built_triage import built
from tests.support.transcripts import ROOT, Patterns

TRIAGE = str(built())
# Does the same, and need not be compiled each time.
AS_PACKAGE = (sys.executable, "-m", "examples.triage")
# Ours may lie in the home of a user, where nobody else can run it.
PLAIN_PYTHON = Path("/usr/bin/python3")
AS_NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")

needs_plain_python = pytest.mark.skipif(
    not PLAIN_PYTHON.exists(), reason=f"there is no {PLAIN_PYTHON}, which every user may run"
)


def _wrapped_again(evidence: re.Match[str]) -> str:
    """Wrap one piece of evidence by its names: where its line breaks hangs on a number's length."""
    text = " ".join(evidence[0].split())
    return "\n".join(wrapped(text, "     ", "       "))


# What differs between two runs on the same target.
VOLATILE: Patterns = {
    r"\d+ samples? over \d+\.\d s": "[N] samples over [N] s",
    r"for all\s+[\d.]+\s+s\b": "for all [N] s",
    r"looked for [\d.]+ s since stillness for [\d.]+ s": (
        "looked for [N] s since stillness for [N] s"
    ),
    r"owes an answer for [\d.]+ s\b": "owes an answer for [N] s",
    # The samples that have seen a group: fewer on a busy machine.
    r"(?m)^( +[\d,]+ +[+-][\d,]+ +)\d+( (?:yes|no) )": r"\1N\2",
    r"\d+ of \d+ (samples|steps)": r"[N] of [N] \1",
    # How much fits into the buffers of the kernel.
    r"[\d,]+ bytes to clients were not taken": "[N] bytes to clients were not taken",
    r", [\d,]+ reads? retried": "",
    r"(\"(?:retries|samples|window_s)\"): [\d.]+": r"\1: [N]",
    r'("python"): "3\.14\.\d+': r'\1: "3.14.[N]',
    # What triage says of an incident is the same on the minor version that `make next` runs.
    r"Python 3\.1[45]\.\d+": "Python 3.14.[N]",
    r"--fd \d+[^\",\n]*": "--fd [FD]...",
    # The options of the interpreter are those of the one that ran the tests.
    r"python (?:-\w )?-c import sys;[^\n]*": "python -c import sys; ...",
    r"(?m)^ {5}- .+(?:\n {7}\S.*)*": _wrapped_again,
}


@dataclass(frozen=True)
class Report:
    """What one run of triage has said.

    Attributes:
        status: exit status.
        data: the JSON report; empty when there is none.
        errors: standard error.

    """

    status: int
    data: dict[str, Any]
    errors: str

    def process(self, pid: int) -> dict[str, Any]:
        """Give what it says about one process."""
        found: dict[str, Any]
        (found,) = (entry for entry in self.data["processes"] if entry["pid"] == pid)
        return found

    @property
    def statuses(self) -> list[str]:
        """The status of every process."""
        return [entry["status"] for entry in self.data["processes"]]

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of all processes."""
        return [finding for entry in self.data["processes"] for finding in entry["findings"]]


def run(*arguments: object, under: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run triage from the root of the checkout, by the command `under` if one is given."""
    return subprocess.run(
        [*under, *AS_PACKAGE, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def piped(*command: object) -> subprocess.CompletedProcess[str]:
    """Run a Python from the root of the checkout, with the one file of triage as its input."""
    return subprocess.run(
        [*map(str, command)],
        cwd=ROOT,
        input=Path(TRIAGE).read_text(),
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )


def report(*arguments: object, under: Sequence[str] = ()) -> Report:
    """Run triage with --json."""
    done = run("--json", *arguments, under=under)
    assert "Traceback" not in done.stderr, done.stderr
    assert done.stdout, done.stderr
    return Report(done.returncode, json.loads(done.stdout), done.stderr)
