"""Triage names the cause of every incident, and finds nothing in the mended service."""

from collections.abc import Callable

import pytest

from tests.repros import running
from tests.transcripts import ROOT
from tests.triage.expected import INCIDENTS
from tests.triage.reports import VOLATILE, report

HERE = ROOT / "examples/incidents"
NAMES = sorted(name for name in INCIDENTS if (HERE / name).is_dir())
VISIBLE = [name for name in NAMES if INCIDENTS[name].cause]


@pytest.mark.parametrize("name", VISIBLE)
def test_fault_is_named(name: str, transcript: Callable[..., None]) -> None:
    """The right cause at the right place comes first, and what else is said is only possible."""
    expected = INCIDENTS[name]
    with running(name) as target:
        found = report(target.pid, *expected.options)
        transcript(f"examples/incidents/{name}/triage.out", patterns=VOLATILE, PID=target.pid)

    assert found.status == 1, found.data
    first, *others = found.findings
    assert (first["cause"], first["rule"]) == (expected.cause, expected.rule)
    assert first["function"] == expected.function
    assert first["where"].startswith(f"examples/incidents/{name}/repro.py:")
    assert {other["cause"] for other in others if other["confidence"] != "possible"} <= {
        expected.cause,
        *expected.also,
    }


@pytest.mark.parametrize("name", NAMES)
def test_mended_service_is_not_accused(name: str) -> None:
    """The mended service shows no finding."""
    with running(name, "--fixed") as target:
        found = report(target.pid, *INCIDENTS[name].options)

    assert found.findings == []
    assert found.status in {0, 3}


@pytest.mark.parametrize("name", sorted(set(NAMES) - set(VISIBLE)))
def test_fault_that_does_not_show(name: str) -> None:
    """Where the process cannot show the fault, triage guesses none."""
    with running(name) as target:
        assert report(target.pid).findings == []


def test_every_incident_is_expected() -> None:
    """No incident of the catalogue is left out."""
    assert {path.parent.name for path in HERE.glob("*/repro.py")} == set(INCIDENTS)
