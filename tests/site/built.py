"""What the tests of the site ask of the built pages."""

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Site:
    """A built site: its folder and its pages."""

    folder: Path

    @cached_property
    def addresses(self) -> list[str]:
        """Where a page or a redirect is, below the root: `""`, `"adr/"`, `"404.html"`."""
        files = sorted(self.folder.rglob("*.html"))
        return [str(file.relative_to(self.folder)).removesuffix("index.html") for file in files]

    @cached_property
    def pages(self) -> list[str]:
        """The address of each page; a redirect has nothing to look at."""
        return [place for place in self.addresses if 'http-equiv="refresh"' not in self.text(place)]

    def text(self, page: str) -> str:
        """Return the HTML of a page."""
        return (self.folder / (page if page.endswith(".html") else f"{page}index.html")).read_text()

    def tree(self, page: str) -> Element:
        """Return a page parsed as a browser parses it; who asks does not change it."""
        return _parsed(self.text(page))


@cache
def _parsed(text: str) -> Element:
    return html5lib.parse(text, namespaceHTMLElements=False)
