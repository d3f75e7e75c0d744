"""The matrix of incidents says what the data, the tree and the pages say."""

import tomllib

import pytest

from scripts import matrix
from tests.support.transcripts import ROOT

INCIDENTS = tomllib.loads(matrix.DATA.read_text())

SYMPTOMS = {
    "silent-websocket",
    "slow-endpoint",
    "worker-not-draining",
    "hanging-shutdown",
    "more-tasks-than-expected",
    "busy-cpu",
    "latency-spikes",
}
PATTERNS = {
    "stuck await",
    "leaked background task",
    "fan-out explosion",
    "stalled queue consumer",
    "blocking downstream work",
    "background orchestration",
    "callback loop",
}
CAUSES = {
    "blocking-io",
    "runaway-tasks",
    "missing-cancellation",
    "starvation",
    "lost-work",
    "cpu-bound",
}


def test_table_is_fresh() -> None:
    """The table on the page is what the data gives."""
    assert matrix.TABLE.read_text() == matrix.table(), "run 'python scripts/matrix.py'"


def test_data_names_every_incident() -> None:
    """The data holds each folder of examples/incidents, and no other name."""
    folders = {script.parent.name for script in ROOT.glob("examples/incidents/*/repro.py")}

    assert set(INCIDENTS) == folders


def test_incidents_cover_the_field() -> None:
    """Every symptom, every pattern and every cause has an incident."""
    assert {facts["symptom"] for facts in INCIDENTS.values()} == SYMPTOMS
    assert {facts["pattern"] for facts in INCIDENTS.values()} == PATTERNS
    assert {facts["cause"] for facts in INCIDENTS.values()} == CAUSES | {"await-cycle"}


@pytest.mark.parametrize("name", INCIDENTS)
def test_symptom_and_cause_lead_to_the_incident(name: str) -> None:
    """A reader who starts at the symptom, or at the cause, finds the incident."""
    facts = INCIDENTS[name]
    pages = [f"symptoms/{facts['symptom']}.md"]
    if facts["cause"] in CAUSES:
        pages.append(f"causes/{facts['cause']}.md")

    for page in pages:
        assert f"incidents/{name}.md" in (matrix.PAGES / page).read_text(), f"{page}: link {name}"
