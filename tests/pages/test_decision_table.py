"""Every cell of the decision table has a proof, and the path beside it leads to a tool."""

import re
from pathlib import Path

import pytest

from tests.support.pages import INCLUDE
from tests.support.transcripts import ROOT

FOLDER = ROOT / "docs/concurrency"
PAGE = (FOLDER / "decision-table.md").read_text()
TOOLS = ["asyncio", "ThreadPoolExecutor", "ProcessPoolExecutor", "InterpreterPoolExecutor"]
ASPECTS = [
    "Best for",
    "Avoid for",
    "Start-up cost",
    "Cost of a call",
    "What crosses",
    "Failure isolation",
    "Effect on diagnosis",
    "Extensions",
    "Cancellation",
    "When one machine is not enough",
]


def rows(text: str) -> list[list[str]]:
    """Return the cells of the first table, row by row, without its rule."""
    lines = re.findall(r"^\|(.+)\|$", text, re.MULTILINE)
    return [[cell.strip() for cell in line.split("|")] for line in lines if "---" not in line]


def proof(target: str) -> str:
    """Return the part of a page that a link leads to: its section, or the whole page.

    Raises:
        AssertionError: when the page or the section does not exist.

    """
    name, _, anchor = target.partition("#")
    page = FOLDER / name

    assert page.is_file(), f"{target}: no such page"
    text = page.read_text()
    if not anchor:
        return text
    for match in re.finditer(r"^(#+) (.+)$", text, re.MULTILINE):
        if slug(match[2]) == anchor:
            rest = text[match.end() :]
            end = re.search(rf"^#{{1,{len(match[1])}}} ", rest, re.MULTILINE)
            return rest[: end.start()] if end else rest
    raise AssertionError(f"{target}: no such section")


def slug(heading: str) -> str:
    """Return the address of a heading as MkDocs makes it."""
    return re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading).strip().lower())


def is_proven(target: str) -> bool:
    """Tell whether the link leads to captured output or measured results that are in the tree."""
    included = [Path(path) for path, _ in INCLUDE.findall(proof(target))]
    shown = [path for path in included if path.suffix == ".out" or path.parent.name == "results"]
    return bool(shown) and all((ROOT / path).is_file() for path in shown)


def cell_faults(text: str) -> list[str]:
    """Return the cells that have no proof."""
    found = []
    for aspect, *cells in rows(text)[1:]:
        for tool, cell in zip(TOOLS, cells, strict=True):
            link = re.fullmatch(r"\[[^\]]+\]\(([^)]+)\)", cell)
            if not link or not is_proven(link[1]):
                found.append(f"{aspect}, {tool}: link the run that shows it")
    return found


def test_table_has_every_tool_and_aspect() -> None:
    """The table compares four tools in ten aspects."""
    header, *body = rows(PAGE)

    assert header[1:] == TOOLS
    assert [row[0] for row in body] == ASPECTS


def test_every_cell_has_a_proof() -> None:
    """Each cell is a link to a section that shows captured output."""
    assert cell_faults(PAGE) == []


@pytest.mark.parametrize(
    ("cell", "replacement"),
    [
        ("[smallest](proofs.md#cost-of-a-call)", "smallest"),
        ("[smallest](proofs.md#cost-of-a-call)", ""),
        ("[smallest](proofs.md#cost-of-a-call)", "[smallest](decision-table.md#decision-path)"),
    ],
    ids=["no-link", "empty", "no-output"],
)
def test_cell_without_a_proof_is_seen(cell: str, replacement: str) -> None:
    """A cell that only claims is named."""
    assert cell in PAGE
    assert cell_faults(PAGE.replace(cell, replacement)) == [
        "Cost of a call, asyncio: link the run that shows it"
    ]


def test_cell_that_links_nowhere_is_seen() -> None:
    """A link to a section that does not exist is an error that names it."""
    with pytest.raises(AssertionError, match=r"proofs\.md#gone: no such section"):
        cell_faults(PAGE.replace("#cost-of-a-call", "#gone"))


def test_path_has_five_questions_that_all_lead_on() -> None:
    """Each answer leads to a later question or to a linked tool."""
    path = PAGE.partition("## Decision path")[2].partition("\n## ")[0]
    steps = re.findall(r"^\d\. (.*?)(?=^\d\. |\Z)", path, re.MULTILINE | re.DOTALL)

    assert len(steps) == len(re.findall(r"\*\*[^*]+\?\*\*", path)) <= 5
    for number, step in enumerate(steps, 1):
        for answer in ("Yes", "No"):
            (leads,) = re.findall(rf"^ *{answer}: (.+)", step, re.MULTILINE)
            later = re.match(r"question (\d)\.", leads)
            tool = re.match(r"\[(?:asyncio|\w+PoolExecutor|TaskIQ on Redis Streams)\]\(", leads)

            assert tool or (later and number < int(later[1]) <= len(steps)), leads


def test_candidates_answer_yes_or_no_with_a_proof() -> None:
    """Each row of the candidates says yes or no, and links the run that shows why."""
    text = (FOLDER / "candidates.md").read_text()
    for work, answer in rows(text)[1:]:
        link = re.fullmatch(r"\[(yes|no)[,:].+\]\(([^)]+)\)", answer)

        assert link, work
        target = link[2] if link[2].startswith("proofs") else f"candidates.md{link[2]}"
        assert is_proven(target), work


def test_candidates_are_one_click_from_home() -> None:
    """From the home page the answer is one link away, and its proof two."""
    home: Path = ROOT / "docs/index.md"

    assert re.search(r"\]\(concurrency/candidates\.md\)", home.read_text())
