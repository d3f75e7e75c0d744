"""The site builds strictly, and shows files and not includes."""

import re
from pathlib import Path

import pytest

from tests.site.built import Site
from tests.site.conftest import EDIT_URI, mkdocs


def append(file: Path, text: str) -> None:
    """Add a paragraph to a page."""
    with file.open("a") as stream:
        stream.write(f"\n{text}\n")


def test_no_include_is_left_unresolved(built_site: Site) -> None:
    """A mistyped include is emitted as text; no built page has one."""
    unresolved = [page for page in built_site.pages if re.search(r"-+8<-+", built_site.text(page))]

    assert unresolved == []


def test_no_attribute_is_left_as_text(built_site: Site) -> None:
    """A class such as `{ .verified }` that Markdown did not take would be shown to the reader."""
    shown = [page for page in built_site.pages if re.search(r"<p>\{ ?[:.#]", built_site.text(page))]

    assert shown == []


def test_every_page_has_one_title_and_a_language(built_site: Site) -> None:
    """Each page has exactly one h1, and says which language it is in."""
    for page in built_site.pages:
        tree = built_site.tree(page)

        assert len(tree.findall(".//h1")) == 1, page
        assert tree.get("lang") == "en", page


def test_hooks_and_template_are_not_published(built_site: Site) -> None:
    """The output holds neither the hooks nor the template of a record."""
    assert not (built_site.folder / "hooks").exists()
    assert not (built_site.folder / "adr" / "template").exists()


def test_build_refuses_broken_links_and_unlisted_pages(checkout: Path) -> None:
    """A broken link in either direction or an unlisted page fails the build and is named."""
    append(checkout / "docs/index.md", "[a](../adr/0099-a.md) [b](../adr/README.md#no-b)")
    append(
        checkout / "adr/README.md", "[c](../docs/c.md) [d](../docs/index.md#no-d) [e](0099-e.md)"
    )
    append(checkout / "docs/unlisted.md", "# A page that is not in the navigation")

    result = mkdocs("build", "--strict", cwd=checkout)

    assert result.returncode != 0
    for fault in ("0099-a.md", "#no-b", "c.md", "#no-d", "0099-e.md", "unlisted.md"):
        assert fault in result.stderr


@pytest.mark.parametrize("name", ["no_such_file.py", "lab/__init__.py:no_such_section"])
def test_build_refuses_missing_include(checkout: Path, name: str) -> None:
    """An include of a file or section that does not exist fails the build and names the page."""
    append(checkout / "docs/index.md", f'--8<-- "examples/{name}"')

    result = mkdocs("build", "--strict", cwd=checkout)

    assert result.returncode != 0
    assert "index.md" in result.stderr


def test_edit_links_point_at_the_files(built_site: Site) -> None:
    """A page links to its file under docs/, and a record to its file under adr/."""
    assert f'href="{EDIT_URI}index.md"' in built_site.text("")
    assert 'href="https://git.example/edit/main/adr/README.md"' in built_site.text("adr/")


def test_record_shows_its_status(built_site: Site) -> None:
    """The status of a record, kept in front matter, is shown under its title."""
    (page,) = (page for page in built_site.pages if page.startswith("adr/0001"))

    assert re.search(r"adr-status[^>]*>Accepted 2026-11-24<", built_site.text(page))
