"""Sentences of pages, each with the output that shows the same."""

import re
from typing import NamedTuple

from tests.support.transcripts import ROOT


class Claim(NamedTuple):
    """A sentence of a page, and what an output has to show for it.

    Attributes:
        page: path from the root of the checkout.
        sentence: as it stands on the page.
        output: path of the captured output or of the measured table.
        shows: regular expression that matches in the output while the sentence is true.

    """

    page: str
    sentence: str
    output: str
    shows: str


def check(claim: Claim) -> None:
    """Assert that the sentence stands on its page, and that the output shows the same."""
    assert claim.sentence in (ROOT / claim.page).read_text()
    assert re.search(claim.shows, (ROOT / claim.output).read_text())
