"""``make next`` reports what the next minor version of CPython has changed."""

import re
import subprocess

import pytest

from tests.support.changes import Run
from tests.support.next_minor import FACTS, REPORT, report
from tests.support.transcripts import ROOT

HERE = "tests/keeping/test_next_minor.py"


def test_report_gives_each_fact_with_what_it_said() -> None:
    """A fact that changed stands there as a sentence, with its test and the difference."""
    test = f"{HERE}::test_nothing_changed_is_one_line"
    run = Run({test, "tests/other.py::test_fact"}, {test: "stale\n-old\n+new"})

    assert list(report(run, "3.15.2", "2026-11-26")) == [
        "CPython 3.15.2, 2026-11-26: 1 of 2 facts changed.",
        "  Without a change the report is its first line.",
        f"    {test}",
        "    | stale",
        "    | -old",
        "    | +new",
    ]


def test_nothing_changed_is_one_line() -> None:
    """Without a change the report is its first line."""
    run = Run({"tests/other.py::test_fact"})

    assert list(report(run, "3.15.2", "2026-11-26")) == [
        "CPython 3.15.2, 2026-11-26: 0 of 1 fact changed."
    ]


@pytest.mark.parametrize("place", FACTS)
def test_tests_of_facts_exist(place: str) -> None:
    """A test that is moved is moved in the list as well."""
    assert (ROOT / place).exists()


def test_the_report_of_the_page_counts_what_it_lists() -> None:
    """The number in the first line is that of the facts below it, each of a test that exists."""
    _, first, *lines = REPORT.read_text().splitlines()
    tests = [line.strip() for line in lines if re.match(r" {4}tests/", line)]

    assert re.fullmatch(rf"CPython 3\.15\.\d+, \S+: {len(tests)} of \d+ facts changed\.", first)
    for test in tests:
        path, _, name = test.partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / path).read_text()


def test_next_keeps_the_environment_of_the_tests() -> None:
    """The command uses an environment of its own, and no other target depends on it."""
    planned = subprocess.check_output(["make", "--dry-run", "next"], cwd=ROOT, text=True)

    assert "bootstrap.sh --next" in planned
    assert ".venv-next/bin/python -m tests.support.next_minor" in planned
    assert ".venv-next" not in subprocess.check_output(
        ["make", "--dry-run", "test"], cwd=ROOT, text=True
    )
