"""The path from a page to its example is computable from the name of the page."""

import re

import pytest

from tests.support import pages, strips
from tests.support.transcripts import ROOT

KEEPING = ROOT / "docs/about/keeping.md"
ROW = re.compile(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
SLUGS = {page.stem.replace("-", "_") for page in pages.site_pages()}
FOLDERS = sorted(
    folder.name for folder in (ROOT / "examples").iterdir() if any(folder.glob("[!_]*"))
)


def listed() -> dict[str, set[str]]:
    """Read the table of shared folders: which pages show each."""
    return {folder: set(shown.split(", ")) for folder, shown in ROW.findall(KEEPING.read_text())}


def shown() -> dict[str, set[str]]:
    """Find which pages without a folder of their own show each folder."""
    found: dict[str, set[str]] = {}
    for page in pages.site_pages():
        own = page.stem.replace("-", "_")
        included = {path for path, _ in pages.INCLUDE.findall(page.read_text())}
        paths = [path.split("/") for path in included - {strips.REGISTER}]
        examples = [path[1:] for path in paths if path[0] == "examples"]
        if any(
            own in (path[0], "/".join(path[:2]).removeprefix("incidents/")) for path in examples
        ):
            continue
        for path in examples:
            found.setdefault(path[0], set()).add(page.stem)
    return found


def test_shared_folders_are_listed() -> None:
    """A page shows the folder of its own name, or stands in the one list of those that do not."""
    assert shown() == listed()


@pytest.mark.parametrize("folder", FOLDERS)
def test_folder_has_a_page(folder: str) -> None:
    """Every folder of examples has the name of a page, or stands in the list."""
    assert folder in SLUGS | set(listed())


def test_examples_have_no_loose_file() -> None:
    """Nothing lies loose at the top of examples."""
    loose = [path.name for path in (ROOT / "examples").iterdir() if path.is_file()]
    assert loose == []


def test_folders_of_tests_mirror_examples() -> None:
    """A folder of tests has the name of one of examples, or the page on keeping names it."""
    folders = {path.name for path in (ROOT / "tests").iterdir() if any(path.glob("*.py"))}
    named = set(re.findall(r"`tests/(\w+)`", KEEPING.read_text()))
    assert folders - set(FOLDERS) <= named
