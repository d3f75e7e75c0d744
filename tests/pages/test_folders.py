"""The path from a page to its example, and to its tests, is computable from the page's own."""

import ast
import re
from pathlib import Path

import pytest

from tests.support import pages, strips
from tests.support.transcripts import ROOT

KEEPING = (ROOT / "docs/about/keeping.md").read_text()
# The one folder of examples that belongs to no page: what the repros share.
SHARED = "lab"
FOLDERS = sorted(
    folder.name for folder in (ROOT / "examples").glob("[!_]*/") if any(folder.glob("[!_]*"))
)
TEST_FILES = sorted((ROOT / "tests").rglob("test_*.py"))


def own(page: str) -> str:
    """Compute the folder of a page's example.

    Args:
        page: its path from the root of the checkout.

    """
    *section, name = page.removesuffix(".md").removeprefix("docs/").replace("-", "_").split("/")
    if section == ["concurrency"]:
        return "examples/interpreters"
    if section == ["runbook", "incidents"] and name != "index":
        return f"examples/incidents/{name}"
    return f"examples/{name}"


def shown(page: Path) -> set[str]:
    """Give the files of examples that a page shows."""
    included = {path for path, _ in pages.INCLUDE.findall(page.read_text())}
    return {path for path in included - {strips.REGISTER} if path.startswith("examples/")}


@pytest.mark.parametrize("page", pages.site_pages(), ids=pages.name)
def test_page_shows_the_folder_of_its_name(page: Path) -> None:
    """Where a page has a folder of its own, it shows a file from there."""
    folder = own(pages.name(page))
    if (ROOT / folder).is_dir() and (files := shown(page)):
        assert any(file.startswith(f"{folder}/") for file in files)


@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder != SHARED])
def test_folder_belongs_to_a_page(folder: str) -> None:
    """Every folder of examples is the one that a page's path leads to, but for the shared one."""
    owners = {own(pages.name(page)) for page in pages.site_pages()}

    assert any(f"{owner}/".startswith(f"examples/{folder}/") for owner in owners)


def test_examples_have_no_loose_file() -> None:
    """Nothing lies loose at the top of examples."""
    loose = [path.name for path in (ROOT / "examples").iterdir() if path.is_file()]
    assert loose == []


def test_folders_of_tests_mirror_examples() -> None:
    """Each folder of examples has its tests in a folder of its name; the page names the others."""
    folders = {path.name for path in (ROOT / "tests").iterdir() if any(path.glob("test_*.py"))}
    named = set(re.findall(r"`tests/(\w+)`", KEEPING))

    assert set(FOLDERS) <= folders
    assert folders - set(FOLDERS) <= named


@pytest.mark.parametrize("file", TEST_FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_no_test_file_imports_from_another(file: Path) -> None:
    """What two test files share has a module of its own."""
    imported = [
        node.module
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module
    ]

    assert [name for name in imported if re.search(r"(?:^|\.)test_\w+$", name)] == []
