"""Run the tests of facts on the next minor version of CPython: ``make next``.

The report says which facts changed. It goes to standard output and into the file that the site
shows, and the progress of pytest to standard error. A changed fact is news and no fault, so the
status is 0.
"""

import contextlib
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.support.changes import QUIET, Run, broken, counted
from tests.support.transcripts import ROOT

REPORT = ROOT / "examples/keeping/next.md"

# What is said of CPython and of its tools; what is said of this project needs only one version.
FACTS = (
    "tests/attaching",
    "tests/blind_spots",
    "tests/checks",
    "tests/incidents",
    "tests/two_ways_to_look",
    "tests/interpreters/test_lessons.py",
    "tests/limits",
    "tests/pages/test_error_texts.py",
    "tests/blind_spots/test_running_task.py",
    "tests/which_process",
)
MANY = ("--numprocesses", "4", "--dist", "loadfile")
# A library that is deprecated in a version to come is no fact of these pages.
OPTIONS = (*QUIET, *MANY, "-W", "default")


def report(run: Run, version: str, date: str) -> Iterator[str]:
    """Give the lines of the report.

    Args:
        run: what the tests said.
        version: the CPython that ran them.
        date: the day of the run.

    """
    changed = f"{len(run.failures)} of {counted(len(run.tests), 'fact')} changed"
    yield f"CPython {version}, {date}: {changed}."
    yield from broken(run, most=12)


def main() -> int:
    """Run the tests, print the report and keep it; the status is 0 when they could be run."""
    run = Run()
    with contextlib.redirect_stdout(sys.stderr):
        status = pytest.main([*OPTIONS, *FACTS], plugins=[run])
    if status not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        return status
    today = datetime.now(UTC).date().isoformat()
    text = "\n".join(report(run, platform.python_version(), today))
    REPORT.write_text(f"```{{ .text .no-copy }}\n{text}\n```\n")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
