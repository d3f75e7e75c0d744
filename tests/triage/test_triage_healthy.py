"""Triage accuses no service in which nothing is wrong."""

import pytest

from tests.triage.confusion import NOTHING, run_on_healthy
from tests.triage.healthy import HEALTHY
from tests.triage.kept import names


@pytest.mark.parametrize("name", HEALTHY)
def test_no_finding(name: str) -> None:
    """A healthy target, idle or busy, gives no finding."""
    assert run_on_healthy(name).cause == NOTHING


def test_each_healthy_target_has_its_capture() -> None:
    """What is read from them is test data of the rules as well."""
    assert set(HEALTHY) <= set(names())
