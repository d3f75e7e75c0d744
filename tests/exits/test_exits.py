"""The site can leave MkDocs: what each successor keeps and loses is known."""

import re
from collections.abc import Callable

from tests.support.transcripts import ROOT

PAGE = (ROOT / "docs/about/exits.md").read_text()
RECORD = "adr/0009-pin-mkdocs-and-leave-in-time.md"


def test_successors(transcript: Callable[..., None]) -> None:
    """ProperDocs builds the same pages strictly; what Zensical loses is what the page says."""
    transcript("examples/exits/compare.out")


def test_page_leads_to_the_record_that_sets_the_day() -> None:
    """The record that the page names lets a successor be chosen before the fixes end."""
    (last,) = re.findall(r"gets security fixes until (\d{4}-\d\d-\d\d)", PAGE)
    (chosen,) = re.findall(r"By (\d{4}-\d\d-\d\d) a new record", (ROOT / RECORD).read_text())

    assert f"](../../{RECORD})" in PAGE
    assert chosen < last
