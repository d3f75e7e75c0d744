"""Binding pages and notes say which they are in their first line, and keep to it."""

import re
from pathlib import Path

import pytest

from tests.pages import name
from tests.site.built import ROOT, Site

NOTES = sorted(set(ROOT.glob("docs/**/*.md")) - set(ROOT.glob("docs/policy/*.md")))
RULE_WORDS = re.compile(r"\b(must|shall|required)\b", re.IGNORECASE)


def rule_words(text: str) -> list[str]:
    """Return the words of a page that only a binding page may use, code left out."""
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    prose = re.sub(r"`[^`\n]*`", "", prose)
    return RULE_WORDS.findall(prose)


def test_first_line_says_whether_the_page_binds(built_site: Site) -> None:
    """Records and policy carry the mark of what binds; every other page that of a note."""
    for page in built_site.pages:
        if page == "404.html":
            continue
        article = built_site.tree(page).find(".//article")
        assert article is not None, page
        first = article.find("p")
        assert first is not None, page
        binds = page.startswith(("adr/", "policy/"))
        word, mark = ("Binding.", "binding") if binds else ("Note.", "note-level")

        assert first.get("class") == mark, page
        assert (first.text or "").startswith(word), page


def test_the_two_marks_look_different() -> None:
    """Their colours differ, and both are words too."""
    css = (ROOT / "docs/assets/site.css").read_text()
    binding, note = (
        re.search(rf"\.{mark} {{[^}}]*\bcolor: (.+?);", css) for mark in ("binding", "note-level")
    )

    assert binding is not None
    assert note is not None
    assert binding[1] != note[1]


@pytest.mark.parametrize("page", NOTES, ids=name)
def test_note_sets_no_rule(page: Path) -> None:
    """A note explains: it uses none of the words of a rule."""
    assert rule_words(page.read_text()) == [], f"{name(page)}: link the rule instead"


def test_rule_word_in_a_note_is_seen() -> None:
    """The words count in prose, and not in code."""
    text = "You must wait.\n\n```text\nit is required\n```\n\nSay `shall`. Required too.\n"

    assert rule_words(text) == ["must", "Required"]
