"""Tasks that a page or a drawing names are tasks of the outputs beside it."""

import re
from pathlib import Path

from tests.support.pages import INCLUDE, included, name, site_pages
from tests.support.transcripts import ROOT

TASK = re.compile(r"\bTask-\d+\b")


def shown(page: Path) -> set[str]:
    """Give the tasks in the outputs that a page includes."""
    outputs = [file for file, _ in INCLUDE.findall(page.read_text()) if file.endswith(".out")]
    return {task for file in outputs for task in TASK.findall((ROOT / file).read_text())}


def test_tasks_of_a_page_are_in_its_outputs() -> None:
    """A page names no task that none of its outputs shows."""
    named = {name(page): {*TASK.findall(page.read_text())} - shown(page) for page in site_pages()}

    assert {page: tasks for page, tasks in named.items() if tasks} == {}


def test_tasks_of_a_drawing_are_in_the_outputs_beside_it() -> None:
    """A drawing names the tasks that the outputs of one of its pages show."""
    drawn = {
        file: {*TASK.findall((ROOT / file).read_text())}
        for file in included()
        if file.endswith(".svg")
    }

    assert any(drawn.values())
    for file, tasks in drawn.items():
        assert any(tasks <= shown(ROOT / page) for page in included()[file]), (file, tasks)
