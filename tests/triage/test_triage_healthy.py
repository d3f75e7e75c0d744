"""Triage accuses no service in which nothing is wrong."""

import pytest

from tests.triage.confusion import NOTHING, ask_healthy
from tests.triage.healthy import HEALTHY


@pytest.mark.parametrize("name", HEALTHY)
def test_no_finding(name: str) -> None:
    """A healthy target, idle or busy, gives no finding."""
    assert ask_healthy(name).cause == NOTHING
