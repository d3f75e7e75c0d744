"""The page "What triage does to your process" has a test for each thing that it promises."""

import re

import pytest

from examples.triage.read.in_process import SCRIPT_CPU, SCRIPT_LONGEST
from tests.support.collected import collect
from tests.support.transcripts import ROOT
from tests.triage.modes import MODES

PAGE = (ROOT / "docs/runbook/what-triage-does.md").read_text()
NODE = re.compile(r"`(tests/[\w/]+\.py::test_\w+)`")
ROW = re.compile(r"^\| (?!---)(.+) \|$", re.MULTILINE)


def rows(heading: str) -> list[list[str]]:
    """Give the cells of each row of the table below a heading, without its first row."""
    (part,) = re.findall(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL
    )
    return [row.split(" | ") for row in ROW.findall(part)][1:]


def test_each_mode_has_its_test() -> None:
    """The modes of the table are those that a test runs, in the same order."""
    assert [row[0].strip("`") for row in rows("Each mode")] == [*MODES]


@pytest.mark.parametrize(
    "heading", ["From outside (default)", "`--freeze`", "`--in-process`", "What it never does"]
)
def test_each_promise_names_a_test(heading: str) -> None:
    """Each row under a heading of promises names at least one test, and some row is there."""
    found = rows(heading)

    assert found
    assert [row[0] for row in found if not NODE.search(row[-1])] == []


def test_named_tests_exist() -> None:
    """Each test that the page names is one that pytest collects."""
    named = sorted(set(NODE.findall(PAGE)))

    collected = collect(named)

    assert named
    assert collected.returncode == 0, collected.stdout


def test_limits_of_the_script_are_those_of_the_code() -> None:
    """The page gives the CPU time of the script, and the time by the clock, that the code has."""
    assert f"The script computes for {SCRIPT_CPU} seconds at most" in PAGE
    assert "after one second by the clock the script stops in any case" in PAGE
    assert SCRIPT_LONGEST == 1
