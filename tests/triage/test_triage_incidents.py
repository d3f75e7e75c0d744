"""Triage names the cause of every incident, and finds nothing in the mended service."""

import pytest

from tests.repros import running
from tests.triage.expected import INCIDENTS
from tests.triage.reports import report


@pytest.mark.parametrize("name", sorted(INCIDENTS))
def test_fault_is_named(name: str) -> None:
    """The right cause at the right place, and no other cause beside it."""
    expected = INCIDENTS[name]
    with running(name) as target:
        found = report(target.pid, *expected.options)

    assert found.status == 1, found.data
    assert {finding["cause"] for finding in found.findings} == {expected.cause}
    places = {finding["rule"]: finding for finding in found.findings}
    finding = places[expected.rule]
    assert finding["function"] == expected.function
    assert finding["where"].startswith(f"examples/incidents/{name}/repro.py:")


@pytest.mark.parametrize("name", sorted(INCIDENTS))
def test_mended_service_is_not_accused(name: str) -> None:
    """The mended service shows no finding."""
    with running(name, "--fixed") as target:
        found = report(target.pid, *INCIDENTS[name].options)

    assert found.findings == []
    assert found.status in {0, 3}
