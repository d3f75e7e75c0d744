"""How far it is from the home page to the name of a cause: pages, clicks and commands."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from posixpath import normpath
from typing import NamedTuple
from xml.etree.ElementTree import Element

from tests.site.built import Site


class Step(NamedTuple):
    """What a reader meets on a page, in order.

    Attributes:
        kind: `link`, `command` or `output`.
        text: the address below the root of the site, the command, or what it printed.

    """

    kind: str
    text: str


@dataclass
class Walk:
    """What it took to name a cause.

    Attributes:
        pages: that were read, the home page among them.
        clicks: on links, the download of triage among them.
        commands: that were run.

    """

    pages: int = 1
    clicks: int = 0
    commands: int = 0


def steps(site: Site, page: str) -> Iterator[Step]:
    """Give the links, commands and outputs in the text of a page, from top to bottom."""
    article = site.tree(page).find(".//article")
    assert article is not None, page
    for element in article.iter():
        classes = (element.get("class") or "").split()
        if element.tag == "a" and "href" in element.attrib:
            yield Step("link", _target(page, element.attrib["href"]))
        elif "highlight" in classes:
            kind = "command" if "language-bash" in classes else "output"
            yield Step(kind, _text(element))


def walk(site: Site, symptom: str, incident: str, cause: str) -> Walk:
    """Go by the card of a symptom to the page of an incident, until an output names the cause.

    Each command that a page shows above the next link is run.

    Raises:
        AssertionError: when a link is missing, or no output of the incident names the cause.

    """
    walked = Walk()
    way = ["", f"runbook/symptoms/{symptom}/", f"runbook/incidents/{incident}/"]
    for page, target in itertools.pairwise(way):
        if page:
            walked.commands += _commands_above(site, page, target)
        else:
            assert Step("link", target) in set(steps(site, page)), f"no card leads to /{target}"
        walked.pages += 1
        walked.clicks += 1
    for kind, text in steps(site, way[-1]):
        if kind == "link" and text == "triage.py":
            walked.clicks += 1
        elif kind == "command":
            walked.commands += len(text.splitlines())
        elif re.search(rf"^ *\d+\. {re.escape(cause)} \(", text, re.MULTILINE):
            return walked
    raise AssertionError(f"no output on /{way[-1]} names {cause}")


def _commands_above(site: Site, page: str, target: str) -> int:
    ran = 0
    for kind, text in steps(site, page):
        if kind == "link" and text == target:
            return ran
        if kind == "command":
            ran += len(text.splitlines())
    raise AssertionError(f"/{page} does not lead to /{target}")


def _target(page: str, href: str) -> str:
    path = normpath(f"/{page}{href.partition('#')[0]}").lstrip("/")
    return f"{path}/" if href.partition("#")[0].endswith("/") else path


def _text(element: Element) -> str:
    code = element.find(".//code")
    return "" if code is None else "".join(code.itertext()).strip("\n")
