"""Triage names the cause of every incident, and finds nothing in the mended service."""

import re
from collections.abc import Callable

import pytest

from tests.repros import running
from tests.transcripts import ROOT, run
from tests.triage.expected import INCIDENTS
from tests.triage.reports import VOLATILE, report

HERE = "examples/incidents"
NAMES = sorted(name for name in INCIDENTS if (ROOT / HERE / name).is_dir())
VISIBLE = [name for name in NAMES if INCIDENTS[name].cause]


@pytest.mark.parametrize("name", VISIBLE)
def test_fault_is_named(name: str, transcript: Callable[..., None]) -> None:
    """The right cause at the right place comes first, and what else is said is only possible."""
    expected = INCIDENTS[name]
    with running(name) as target:
        found = report(target.pid, *expected.options)
        transcript(f"{HERE}/{name}/triage.out", patterns=VOLATILE, PID=target.pid)

    assert found.status == 1, found.data
    first, *others = found.findings
    assert (first["cause"], first["rule"]) == (expected.cause, expected.rule)
    assert first["function"] == expected.function
    assert first["where"].startswith(f"{HERE}/{name}/repro.py:")
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


def test_dead_task_needs_the_flag() -> None:
    """From outside a task that died is only absent: idle, and the next step is to ask inside."""
    with running("dead_broadcaster") as target:
        found = report(target.pid)

    assert found.statuses == ["idle"]
    assert "--in-process tells how it ended" in found.process(target.pid)["next"]


def test_job_that_no_process_holds(transcript: Callable[..., None]) -> None:
    """The worker is not accused, and the commands of the next step show the pending job."""
    with running("worker_looks_idle") as target:
        outside = report(target.pid)
        transcript(f"{HERE}/worker_looks_idle/triage.out", patterns=VOLATILE, PID=target.pid)
        following = outside.process(target.pid)["next"].splitlines()
        commands = [line for line in following if line.startswith("redis-cli")]
        groups, pending = (
            run(line.replace("taskiq", "jobs"), {"REDIS_URL": target.redis_url})[0]
            for line in commands
        )

    assert outside.findings == []
    assert "runbook/incidents/worker_looks_idle.md" in following[0]
    assert re.search(r'"pending"\n.*\(integer\) 1\n', groups)
    assert "worker-" in pending


def test_every_incident_is_expected() -> None:
    """No incident of the catalogue is left out."""
    assert {path.parent.name for path in (ROOT / HERE).glob("*/repro.py")} == set(INCIDENTS)
