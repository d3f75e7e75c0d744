"""The diagrams are what their script draws, and each can be read without being seen."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from scripts import diagrams

ROOT = Path(__file__).parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def test_diagrams_are_as_drawn() -> None:
    """Each file is what the script draws, and no other file is there."""
    drawn = {ROOT / file: svg for file, svg in diagrams.draw_all().items()}
    kept = {file: file.read_text() for file in (ROOT / diagrams.FOLDER).iterdir()}

    assert kept == drawn, "run 'python scripts/diagrams.py'"


def test_each_diagram_has_a_title_and_a_description() -> None:
    """A screen reader gets a title and a description, by ids that no other diagram has."""
    ids: list[str] = []
    for svg in diagrams.draw_all().values():
        root = ET.fromstring(svg)  # noqa: S314 - our own script wrote it
        named = [root.find(f"{SVG}title"), root.find(f"{SVG}desc")]

        assert all(element is not None and element.text for element in named)
        assert root.get("aria-labelledby", "").split() == re.findall(r' id="([^"]+)"', svg)
        ids += re.findall(r' id="([^"]+)"', svg)

    assert len(ids) == len(set(ids))


def test_colours_come_from_the_palette() -> None:
    """No diagram names a colour, so each follows the light and the dark palette."""
    for svg in diagrams.draw_all().values():
        assert not re.search(r"#[0-9a-f]{3,6}\b|fill=|stroke=|style=", svg)


def test_text_that_does_not_fit_is_refused() -> None:
    """A line that would leave its box fails when it is drawn."""
    diagram = diagrams.Diagram("x", "title", "description")

    with pytest.raises(ValueError, match="too long"):
        diagram.box(0, 0, 100, "a line of text that is far too long")
