"""The table of all incidents shows what was seen, and nothing else."""

from typing import Literal

import pytest

from tests.support import incidents_table

FAULT = "tests/incidents/test_fan_out.py::test_fault"


def test_statuses_are_those_of_the_tools() -> None:
    """Where tasks await each other in a circle, ps ends with 0 and pstree with 1."""
    assert incidents_table.statuses("await_cycle") == {"ps": "0", "pstree": "1"}


def report(outcome: Literal["passed", "failed"]) -> pytest.TestReport:
    """Make what pytest tells about one phase of a test."""
    return pytest.TestReport(FAULT, ("", None, ""), {}, outcome, None, "call")


def test_one_failed_phase_makes_an_incident_unseen() -> None:
    """A symptom counts as observed only when no phase of its test failed."""
    outcomes = incidents_table.Outcomes()
    outcomes.pytest_runtest_logreport(report("passed"))
    assert outcomes.passed == {("fan_out", "fault"): True}

    outcomes.pytest_runtest_logreport(report("failed"))
    outcomes.pytest_runtest_logreport(report("passed"))
    assert outcomes.passed == {("fan_out", "fault"): False}
