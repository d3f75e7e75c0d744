"""Pages fit the screens that people have in an incident, and keep still."""

from tests.site.visits import Visit


def test_no_page_scrolls_sideways(visits: list[Visit]) -> None:
    """Wide tables and outputs scroll in place; no page is wider than a phone or a desktop."""
    wider = {visit.page: visit.needed_width for visit in visits if visit.needed_width > visit.width}

    assert wider == {}


def test_nothing_moves_while_a_page_loads(visits: list[Visit]) -> None:
    """No page shifts its layout after it was first painted."""
    moved = {(visit.page, visit.width): visit.shifts for visit in visits if visit.shifts}

    assert moved == {}
