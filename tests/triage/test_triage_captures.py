"""The rules judge what was read from every incident and healthy service, without a process."""

import re

import pytest

from examples.triage.model import Process
from examples.triage.outcome import judge
from examples.triage.rules.rule import Finding
from tests.triage.expected import INCIDENTS
from tests.triage.kept import FIXED, kept, names


def findings(processes: list[Process]) -> list[Finding]:
    """Judge each process of a capture."""
    return [finding for process in processes for finding in judge(process).findings]


@pytest.mark.parametrize("name", sorted(INCIDENTS))
def test_the_cause_is_named(name: str) -> None:
    """The right rule fires first, at the right function."""
    expected = INCIDENTS[name]
    first, *others = findings(kept(name))

    assert (first.rule.cause, first.rule.id) == (expected.cause, expected.rule)
    assert first.place.function == expected.function
    assert {one.rule.cause for one in others if one.confidence != "possible"} <= {
        expected.cause,
        *expected.also,
    }


@pytest.mark.parametrize("name", sorted(set(names()) - set(INCIDENTS)))
def test_nothing_is_accused(name: str) -> None:
    """No rule fires on a fixed or a healthy service."""
    assert findings(kept(name)) == []


def test_a_silenced_rule_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its rules, no capture would give a finding: the tests above can fail."""
    monkeypatch.setattr("examples.triage.outcome.RULES", ())

    assert findings(kept("stuck_await")) == []


def test_each_incident_has_its_captures() -> None:
    """Both the faulty and the fixed service of every incident are there."""
    assert {name + end for name in INCIDENTS for end in ("", FIXED)} <= set(names())


def test_captures_name_no_machine() -> None:
    """The places in a capture are those of a deployed service."""
    places = {
        frame.file
        for process in kept("stuck_await") + kept(f"stuck_await{FIXED}")
        for snapshot in process.snapshots
        for task in snapshot.tasks.values()
        for frame in task.stack
    }

    assert places
    assert all(re.match(r"/srv/iris/|/usr/lib/python3|<", place) for place in places), places
