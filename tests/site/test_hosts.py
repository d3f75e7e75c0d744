"""The site works on a machine that reaches nothing but the site."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.site.built import Site

# rel values of <link> that make a browser open a connection
LOADING = {
    "stylesheet",
    "icon",
    "preload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "modulepreload",
    "manifest",
}
SOURCES = ("src", "srcset", "poster", "data")


def loaded_by_page(site: Site, page: str) -> list[str]:
    """Return every address that a page loads without a click."""
    found = []
    for element in site.tree(page).iter():
        found += [element.attrib[name] for name in SOURCES if name in element.attrib]
        if element.tag == "link" and LOADING & set(element.attrib.get("rel", "").split()):
            found.append(element.attrib["href"])
        if element.tag in {"use", "image"}:
            found += [value for name, value in element.attrib.items() if name.endswith("href")]
        found += loaded_by_css(element.attrib.get("style", ""))
        if element.tag == "style":
            found += loaded_by_css(element.text or "")
    return found


def loaded_by_css(text: str) -> list[str]:
    """Return the addresses in `url()` and `@import`, without quotes."""
    return re.findall(r"""(?:url\(\s*|@import\s+)["']?([^"')\s]+)""", text)


def other_hosts(addresses: list[str]) -> list[str]:
    """Keep the addresses that name a host."""
    return [address for address in addresses if urlsplit(address).netloc]


def test_built_files_load_nothing_from_another_host(built_site: Site) -> None:
    """No page, stylesheet or script of ours names another host as something to load."""
    for page in built_site.pages:
        assert other_hosts(loaded_by_page(built_site, page)) == [], page
    for sheet in built_site.folder.rglob("*.css"):
        assert other_hosts(loaded_by_css(sheet.read_text())) == [], sheet
    assert "://" not in (built_site.folder / "assets/site.js").read_text()


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="preconnect" href="https://fonts.example">',
        '<img srcset="//img.example/a.png 2x">',
        '<p style="background: url(https://img.example/a.png)">',
        '<style>@import "https://fonts.example/a.css";</style>',
    ],
)
def test_load_from_another_host_is_seen(tmp_path: Path, html: str) -> None:
    """The check above sees each way of loading from another host."""
    (tmp_path / "index.html").write_text(f"<!doctype html><title>x</title>{html}")

    assert other_hosts(loaded_by_page(Site(tmp_path), ""))
