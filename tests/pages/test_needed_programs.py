"""What a page says of its commands holds for each of them."""

import re
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.fence_rules import NOT_RUN
from tests.support.transcripts import ROOT

INCIDENTS = sorted(
    page for page in ROOT.glob("docs/runbook/incidents/*.md") if page.name != "index.md"
)
# POSIX has these wherever there is a shell.
EVERYWHERE = {
    "awk",
    "cut",
    "done",
    "echo",
    "for",
    "grep",
    "head",
    "kill",
    "ls",
    "ps",
    "sed",
    "sleep",
    "sort",
    "tail",
    "timeout",
    "uniq",
    "wc",
}
NEEDS = re.compile(r"^Without triage, the steps below use (.+)\.$", re.MULTILINE)
EVERY_COMMAND = re.compile(r"\b(?:every|each) (?:command|output)\b[^.]*\btest", re.IGNORECASE)


def programs(text: str) -> set[str]:
    """Give the programs that the fenced commands of a text start, scripts by their path."""
    found = set()
    for fence in pages.fences(text, "page"):
        if fence.language != "bash":
            continue
        quoted = re.sub(r"'[^']*'|\"[^\"]*\"", "", fence.source)
        for part in re.split(r"\|\||&&|[|;\n]", quoted):
            words = [word for word in part.split() if not re.match(r"[A-Z_]+=", word)]
            if words[:1] == ["do"]:
                words = words[1:]
            if words[:1] == ["python"]:
                found.add("python -m asyncio" if words[1] == "-m" else words[1])
            else:
                found |= set(words[:1])
    return found - EVERYWHERE


@pytest.mark.parametrize("page", INCIDENTS, ids=pages.name)
def test_steps_need_what_the_page_says(page: Path) -> None:
    """The sentence before the steps names each program that they start, and no other."""
    text = page.read_text()
    sentence = NEEDS.search(text)
    assert sentence is not None
    steps = re.split(r"^## ", text[sentence.end() :], flags=re.MULTILINE)[0]

    assert set(re.findall(r"`([^`]+)`", sentence[1])) == programs(steps) - {"triage.py"}


def test_programs_are_recognised() -> None:
    """Each part of a pipeline counts; words in quotes and settings do not."""
    text = "```bash\nX=1 curl -s $URL | grep 'a | b'; python -m asyncio ps 1\npython a.py\n```\n"

    assert programs(text) == {"curl", "python -m asyncio", "a.py"}


def test_claim_for_every_command_names_the_exceptions() -> None:
    """Where a text says that tests run every command, it says how the others are marked."""
    claims = [*pages.pages(), ROOT / "mkdocs.yml"]
    unmarked = [
        line
        for page in claims
        for line in page.read_text().splitlines()
        if EVERY_COMMAND.search(line) and NOT_RUN.rstrip(": ") not in line
    ]

    assert unmarked == []
