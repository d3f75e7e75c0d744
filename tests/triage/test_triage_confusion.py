"""The table on the page is whole, and a wrong answer does not pass."""

import re
import subprocess
import sys
from collections import Counter

import pytest

from tests.support.transcripts import ROOT
from tests.triage.confusion import Answer, Trial, attempt, table, trials

RESULT = ROOT / "examples/triage/outputs/confusion.md"
RUNS = 20


def measured() -> list[list[str]]:
    """Give the cells of the table of targets."""
    _, _, rows = RESULT.read_text().partition("| Target |")
    rows = rows.removesuffix("\n\n///\n")
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows.splitlines()[2:]]


def test_table_is_whole() -> None:
    """Every incident, faulty and fixed, and every healthy target has its row."""
    assert [title for title, *_ in measured()] == [trial.title for trial in trials()]


@pytest.mark.parametrize("trial", list(trials()), ids=lambda trial: trial.title)
def test_measured_answer(trial: Trial) -> None:
    """Each of the runs named the right cause and place, and nothing else."""
    (row,) = (row for row in measured() if row[0] == trial.title)

    assert row[1:3] == [f"{RUNS} of {RUNS}", f"{trial.wanted} ({RUNS})"]


def test_date_and_python_are_told() -> None:
    """The table says when and with what it was measured."""
    first, second, *_ = RESULT.read_text().splitlines()

    assert re.fullmatch(r"Measured on \d{4}-\d\d-\d\d with CPython 3\.14\.\d+:", first)
    assert second.startswith(f"{RUNS} runs for each of {len(measured())} targets")


def test_right_answers_end_well() -> None:
    """One run of one incident prints its rows and ends with 0."""
    command = [sys.executable, "-m", "tests.triage.confusion", "--runs", "1", "--only"]
    done = subprocess.run(
        [*command, "await_cycle"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout
    assert "| await_cycle | 1 of 1 |" in done.stdout
    assert "| await_cycle --fixed | 1 of 1 | no finding (1) |" in done.stdout


def test_wrong_answers_show() -> None:
    """A wrong place and a run that breaks are no right answers."""

    def breaks() -> Answer:
        raise AssertionError("did not start")

    trial = Trial("lock", Answer("starvation", "quote"), (breaks,))
    broken = attempt(trial, 0)
    answers = {trial.title: Counter({broken: 1, Answer("starvation", "elsewhere"): 2})}
    text = "\n".join(table([trial], answers, 3))

    assert not trial.is_right(broken)
    assert broken.cause == "AssertionError: did not start"
    assert (
        "| lock | 0 of 3 | starvation in `elsewhere` (2); AssertionError: did not start (1)" in text
    )


def test_unknown_target() -> None:
    """A name that no target has is a wrong usage."""
    command = [sys.executable, "-m", "tests.triage.confusion", "--only", "nothing like it"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "no target has" in done.stderr
