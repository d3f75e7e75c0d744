"""An address that was published once leads somewhere for ever."""

import re
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
from mkdocs.exceptions import PluginError

from tests.site.built import ROOT, Site

PUBLISHED = Path(__file__).with_name("urls.txt")


def test_published_addresses_are_alive(built_site: Site) -> None:
    """Each address of the list is still a page, or a redirect to one."""
    gone = set(PUBLISHED.read_text().split()) - {f"/{place}" for place in built_site.addresses}

    assert not gone, f"lead each on with extra.redirects in mkdocs.yml: {sorted(gone)}"


def test_new_addresses_are_listed(built_site: Site, request: pytest.FixtureRequest) -> None:
    """Each page of the site is in the list, so that it cannot disappear unseen."""
    published = set(PUBLISHED.read_text().split())
    missing = {f"/{page}" for page in built_site.pages if page != "404.html"} - published
    if request.config.getoption("--update-outputs"):
        PUBLISHED.write_text("".join(f"{address}\n" for address in sorted(published | missing)))
        return

    assert not missing, f"'make outputs' adds to tests/site/urls.txt: {sorted(missing)}"


def lead_on(site: Path, old: str, new: str, *, from_disk: bool = False) -> None:
    """Run the hook on a site of one page."""
    page = site / ("about/exits.html" if from_disk else "about/exits/index.html")
    page.parent.mkdir(parents=True)
    page.touch()
    config = SimpleNamespace(
        site_dir=site, use_directory_urls=not from_disk, extra={"redirects": {old: new}}
    )
    hook = runpy.run_path(str(ROOT / "docs/hooks/redirects.py"))
    hook["on_post_build"](config)


@pytest.mark.parametrize("from_disk", [False, True])
def test_redirect_leads_to_the_new_page(tmp_path: Path, *, from_disk: bool) -> None:
    """An old address gets a page that leads to the new one, on a server and from disk."""
    lead_on(tmp_path, "old/page/", "about/exits/", from_disk=from_disk)

    (moved,) = tmp_path.glob("old/**/*.html")
    (target,) = re.findall(r'<a href="([^"]+)">', moved.read_text())
    assert (moved.parent / target).resolve().is_file()
    assert f"url={target}" in moved.read_text()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("about/exits/", "about/exits/", "about/exits/ is a page"),
        ("old/", "no/such/page/", "no/such/page/, which is not a page"),
    ],
)
def test_wrong_redirect_fails_the_build(tmp_path: Path, old: str, new: str, fault: str) -> None:
    """A redirect from a page, or to none, fails the build and names the address."""
    with pytest.raises(PluginError, match=fault):
        lead_on(tmp_path, old, new)
