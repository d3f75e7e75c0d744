"""Figures in the records come from result files and captured outputs of the tree."""

import re
from pathlib import Path

import pytest

from tests.support.transcripts import ROOT

# A time in milliseconds, or a ratio with at least two decimals; versions of CPython are neither.
FIGURE = re.compile(r"(?<![\w.])(?:(\d+(?:\.\d+)?)(?= ms\b)|(?!3\.1[45]\b)(\d+\.\d{2,})(?![\w.]))")
RECORDS = sorted(ROOT.glob("adr/[0-9]*.md"))


def figures(text: str) -> set[str]:
    """Return the measured figures in a text."""
    return {first or second for first, second in FIGURE.findall(text)}


def measured() -> set[str]:
    """Return every number in result files and captured outputs, those kept for records too."""
    kept = [*ROOT.glob("adr/*.json")]
    files = [*kept, *ROOT.glob("examples/**/*.json"), *ROOT.glob("examples/**/*.out")]
    return {number for file in files for number in re.findall(r"\d+(?:\.\d+)?", file.read_text())}


@pytest.mark.parametrize("record", RECORDS, ids=lambda path: path.stem[:4])
def test_figures_of_the_records_were_measured(record: Path) -> None:
    """No record holds a figure that nothing in the tree shows."""
    invented = figures(record.read_text()) - measured()

    assert not invented, f"{record.name}: {invented} is in no file under examples/ or adr/"


def test_figures_are_recognised() -> None:
    """Times and ratios are figures; versions and dates are not."""
    text = "1.93 times, 13.3 ms and 125 ms on CPython 3.14, 3.14.8 and 3.15 until 2027-05-05"

    assert figures(text) == {"1.93", "13.3", "125"}
