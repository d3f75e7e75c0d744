"""Triage accuses no service in which nothing is wrong."""

import asyncio

import pytest

from tests.triage.confusion import NOTHING, healthy
from tests.triage.healthy import HEALTHY


@pytest.mark.parametrize("name", HEALTHY)
def test_no_finding(name: str) -> None:
    """A healthy target, idle or busy, gives no finding."""
    assert asyncio.run(healthy(name, runs=1, together=1)) == {NOTHING: 1}
