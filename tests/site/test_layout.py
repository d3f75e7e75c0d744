"""Pages fit the screens that people have in an incident, and paper, and keep still."""

import pytest

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
    """No page shifts its layout after it was first painted."""
    moved = {(visit.page, visit.width): visit.shifts for visit in visits if visit.shifts}

    assert moved == {}


def test_nothing_is_cut_off_on_paper(visits: list[Visit]) -> None:
    """Code, tables and figures wrap or shrink to the width of an A4 page."""
    cut_off = {visit.page: visit.cut_off for visit in visits if visit.cut_off}

    assert cut_off == {}
