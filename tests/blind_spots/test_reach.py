"""The table of what ``ps`` and triage show at each blind spot."""

import re

from tests.blind_spots.reach import SPOTS
from tests.support.transcripts import ROOT

TABLE = ROOT / "examples/blind_spots/reach.md"
PAGE = ROOT / "docs/runbook/blind-spots.md"


def cells() -> dict[str, list[str]]:
    """Give the cells of each row by its first one."""
    rows = re.findall(r"^\| (.+) \|$", TABLE.read_text(), re.MULTILINE)[2:]
    return {first: rest for first, *rest in (row.split(" | ") for row in rows)}


def test_every_blind_spot_has_its_row() -> None:
    """The table has the blind spots that the command measures, for each of three releases."""
    assert list(cells()) == [spot.text for spot in SPOTS]
    assert {len(row) for row in cells().values()} == {6}


def test_the_page_says_what_the_table_shows() -> None:
    """Triage shows all of it, and two blind spots of ``ps`` are gone from 3.14.9 on."""
    missed = [text for text, row in cells().items() if set(row[1::2]) != {"yes"}]
    gone = [text for text, row in cells().items() if row[0] != "yes" and row[2] == "yes"]

    assert missed == []
    assert "Triage shows all of it, on every release here" in PAGE.read_text()
    assert len(gone) == 2
    assert "Two blind spots are gone since 3.14.9" in PAGE.read_text()
