"""Read the Markdown pages: their fences, headings, links and what they include."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt

from tests.support.transcripts import ROOT

INCLUDE = re.compile(r'--8<-- "([^":]+)(?::([^"]*))?"')


@dataclass(frozen=True)
class Fence:
    """One fenced block.

    Attributes:
        place: ``page:line`` of its first line.
        language: what highlights it, such as ``python``.
        classes: further classes, such as ``no-copy``.
        settings: ``key="value"`` settings.
        source: its lines.

    """

    place: str
    language: str
    classes: frozenset[str]
    settings: dict[str, str]
    source: str

    @property
    def includes(self) -> list[tuple[str, str]]:
        """Path and section of each file that it includes."""
        return INCLUDE.findall(self.source)

    @property
    def is_include(self) -> bool:
        """Whether it holds nothing but one include."""
        return INCLUDE.fullmatch(self.source.strip()) is not None


def pages() -> list[Path]:
    """Give all Markdown files that a reader sees on the site or in the repository."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("adr/*.md"), *ROOT.glob("docs/**/*.md")]
    return sorted(found)


def site_pages() -> list[Path]:
    """Give the pages of the site, decision records included."""
    return [page for page in pages() if page.parent != ROOT]


def name(page: Path) -> str:
    """Give the path of a page from the root of the checkout."""
    return page.relative_to(ROOT).as_posix()


def fences(text: str, place: str) -> Iterator[Fence]:
    """Give the fences in the Markdown `text` of the page `place`.

    Raises:
        ValueError: for a block of code that no rule can see: indented, or with tildes.

    """
    for token in MarkdownIt().parse(text):
        line = f"{place}:{(token.map or [0])[0] + 1}"
        if token.type == "code_block":
            raise ValueError(f"{line}: indented code is never checked; write it as a fence")
        if token.type == "fence":
            if token.markup[0] == "~":
                raise ValueError(f"{line}: a fence of tildes is never checked; write backticks")
            yield _fence(line, token.info.strip(), token.content)


@cache
def included() -> dict[str, set[str]]:
    """Which pages include each file of the checkout, by its path."""
    users: dict[str, set[str]] = {}
    for page in pages():
        for path, _ in INCLUDE.findall(page.read_text()):
            users.setdefault(path, set()).add(name(page))
    return users


def _fence(place: str, info: str, source: str) -> Fence:
    settings = dict(re.findall(r'([\w-]+)="([^"]*)"', info))
    rest = re.sub(r'[\w-]+="[^"]*"', "", info).strip().removeprefix("{").removesuffix("}")
    language, *classes = [word.removeprefix(".") for word in rest.split()] or [""]
    return Fence(place, language, frozenset(classes), settings, source)
