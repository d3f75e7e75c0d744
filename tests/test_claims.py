"""What a page says of an output beside it, the output shows."""

import re
from typing import NamedTuple

import pytest

from tests.transcripts import ROOT


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


CANDIDATES = "docs/concurrency/candidates.md"
REDIS = "examples/candidates/redis_client.out"
CLAIMS = [
    Claim(
        CANDIDATES,
        "A client made inside works, but `_RESP3Parser` is redis-py's parser in pure Python",
        REDIS,
        r"a client made inside has the parser\n    '_RESP3Parser'\n",
    ),
    Claim(
        CANDIDATES,
        "From a module that imports psutil, the same function ends with"
        " `NotShareableError: args not shareable`",
        REDIS,
        r"from a module that imports psutil\n    NotShareableError: args not shareable\n",
    ),
    Claim(
        CANDIDATES,
        "[no: it crosses nowhere, and one made inside is slower](#a-redis-client)",
        "examples/interpreters/results/compatibility.md",
        r"\| redis \|.*falls back.*times",
    ),
    Claim(
        "adr/0006-keep-io-outside-interpreters.md",
        "One that is made inside works, if every import of its module loads there",
        REDIS,
        r"a client made inside has the parser\n    '_RESP3Parser'\n",
    ),
]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.sentence[:40])
def test_output_shows_what_the_page_says(claim: Claim) -> None:
    """The sentence stands on its page, and the output beside it shows the same."""
    assert claim.sentence in (ROOT / claim.page).read_text()
    assert re.search(claim.shows, (ROOT / claim.output).read_text())
