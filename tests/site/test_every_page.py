"""Every page, as Chromium opens it: it fits, passes axe, keeps still and asks nobody else."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from tests.site.conftest import InBrowser
from tests.site.visits import Visit

# Every page in every window takes its time on a busy machine.
pytestmark = pytest.mark.timeout(600)


def test_no_page_scrolls_sideways(visits: list[Visit]) -> None:
    """No page is wider than a phone, a desktop, or a desktop at 200 and 400 % zoom."""
    wider = {
        (visit.page, width): needed
        for visit in visits
        for width, needed in visit.needed_widths.items()
        if needed > width
    }

    assert wider == {}


def test_nothing_moves_while_a_page_loads(visits: list[Visit]) -> None:
    """No page shifts after its first paint on a phone, nor the one of each folder on a desktop."""
    moved = {(visit.page, visit.width): visit.shifts for visit in visits if visit.shifts}

    assert moved == {}


PLACES = """
[...document.querySelectorAll(".md-content table")]
    .filter(table => table.checkVisibility())
    .map(table => table.getBoundingClientRect())
    .map(({x, y}) => [Math.round(x), Math.round(y)])
"""
WRAPPED = """
document.querySelectorAll(".md-content .md-typeset__table > table").length
    === document.querySelectorAll(".md-content table").length
"""


def test_tables_keep_their_places(site_url: str, in_browser: InBrowser) -> None:
    """The theme's script, which wraps each table after it was painted, moves none of them."""
    places: list[list[list[int]]] = []

    async def measure(browser: Browser) -> None:
        for scripts in (False, True):
            page = await browser.new_page(java_script_enabled=scripts)
            await page.goto(f"{site_url}concurrency/benchmarks/")
            if scripts:
                await page.wait_for_function(WRAPPED)
            places.append(await page.evaluate(PLACES))
            await page.close()

    in_browser(measure)

    before, after = places
    assert before
    assert after == before


def test_nothing_is_cut_off_on_paper(visits: list[Visit]) -> None:
    """Code, tables and figures wrap or shrink to the width of an A4 page."""
    cut_off = {visit.page: visit.cut_off for visit in visits if visit.cut_off}

    assert cut_off == {}


def test_axe_finds_nothing(visits: list[Visit]) -> None:
    """No page has a finding, on a phone or a desktop, in the light or the dark palette."""
    faults = {(visit.page, visit.width): visit.faults for visit in visits if visit.faults}

    assert faults == {}


def test_drawings_can_be_read_on_a_phone(visits: list[Visit]) -> None:
    """Each text in a drawing is 11 pixels or larger and inside the drawing."""
    cramped = {(visit.page, visit.width): visit.cramped for visit in visits if visit.cramped}

    assert cramped == {}


def test_what_scrolls_can_be_focused(visits: list[Visit]) -> None:
    """A table or an output that is wider than its place can be reached and scrolled by keyboard."""
    unreachable = {visit.page: visit.unreachable for visit in visits if visit.unreachable}

    assert unreachable == {}


def test_browser_asks_no_other_host(visits: list[Visit], site_url: str) -> None:
    """Chromium asks only the local server, on every page."""
    others = {visit.page: visit.hosts - {urlsplit(site_url).netloc, ""} for visit in visits}

    assert visits
    assert {page: hosts for page, hosts in others.items() if hosts} == {}


def test_no_page_reports_an_error(visits: list[Visit]) -> None:
    """No script fails and nothing is missing: the console stays empty."""
    assert [(visit.page, visit.messages) for visit in visits if visit.messages] == []
