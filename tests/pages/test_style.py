"""The pages use the field's words, and not our own for the same things."""

import re
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.transcripts import ROOT

# What we used to say, and what the field says. Single words are in docs/style.txt.
PHRASES = {
    r"brings? (?:it|this) about": "reproduces it",
    r"rules? speaks?|it speaks": "fires",
    r"stopped to (?:listen|read)|stop to arrive": "stopped listening, stop arriving",
    r"lets? the target go on": "resumes the target",
    r"structure in motion": "a read that races with the process",
    r"comes by": "next executes Python code",
    r"does not go away": "does not exit",
    r"was lent|what it lent": "acquired and never released",
    r"have to bear": "must be idempotent",
    r"worth a thought": "negligible",
    r"in each look|each look\b|two looks": "sample",
    r"the form of today|today's form": "today's baseline",
    r"\bus\b(?= \||,)": "µs",
    r"\d\.\d{3,} [kM]B": "a round number of bytes",
    r"does not pay by more than noise": "takes N times as long",
}
TERMS = [
    "thread pool exhaustion",
    "connection pool exhaustion",
    "concurrency limit",
    "lock contention",
    "lock convoy",
    "deadlock",
    "unbounded task creation",
    "blocking call",
    "backpressure",
    "head-of-line blocking",
    "slow consumer",
    "task leak",
    "unretrieved task exception",
    "swallowed cancellederror",
    "stale pending entries",
    "call stack",
]


def told_in_our_words(text: str) -> list[str]:
    """Give the phrases of a page that the field says otherwise, each with the better one."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"`[^`\n]*`", "", prose)
    return [
        f"{found[0]!r}: say {better!r}"
        for phrase, better in PHRASES.items()
        if (found := re.search(phrase, prose, re.IGNORECASE))
    ]


@pytest.mark.parametrize("page", pages.pages(), ids=pages.name)
def test_page_speaks_the_language_of_the_field(page: Path) -> None:
    """No page says in words of our own what has a standard name."""
    assert told_in_our_words(page.read_text()) == []


def test_own_words_are_seen() -> None:
    """A phrase counts in prose, and not in code."""
    text = "The script brings it about.\n\n```text\na rule speaks\n```\n\nSay `comes by`.\n"

    assert told_in_our_words(text) == ["'brings it about': say 'reproduces it'"]


@pytest.mark.parametrize("term", TERMS)
def test_term_is_in_the_glossary_and_in_the_search(term: str) -> None:
    """Each term of a rule is explained, and found by those who type it."""
    glossary = (ROOT / "docs/about/glossary.md").read_text().lower()

    assert term in glossary
    if term not in {"call stack", "concurrency limit", "blocking call", "deadlock"}:
        assert f"\n{term} " in (ROOT / "tests/site/queries.txt").read_text().lower()
