"""Each page says under its title whether it binds."""

import re

from tests.site.built import ROOT, Site


def test_badge_says_whether_the_page_binds(built_site: Site) -> None:
    """Records and policy carry the badge of what binds; every other page that of guidance."""
    for page in built_site.pages:
        if page == "404.html":
            continue
        article = built_site.tree(page).find(".//article")
        assert article is not None, page
        first = article.find("p")
        assert first is not None, page
        binds = page.startswith(("adr/", "policy/"))

        assert (first.text or "").strip() == ("Binding" if binds else "Guidance"), page
        assert (first.get("class") or "").split() == (["badge", "binding"] if binds else ["badge"])


def test_the_two_badges_look_different() -> None:
    """Their colours differ, and both are words too."""
    css = (ROOT / "docs/assets/site.css").read_text()
    binding, guidance = (
        re.search(rf"\.{mark} {{[^}}]*[; ]color: (.+?);", css) for mark in ("binding", "badge")
    )

    assert binding is not None
    assert guidance is not None
    assert binding[1] != guidance[1]


def test_strip_is_said_once(built_site: Site) -> None:
    """A page with outputs of several folders says once where they come from."""
    for page in built_site.pages:
        strips = re.findall(r'<p class="verified">.*?</p>', built_site.text(page), re.DOTALL)

        assert len(strips) == len(set(strips)), page
