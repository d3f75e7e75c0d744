"""Triage names the cause of every incident, and finds nothing in the fixed service."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import alerts
from tests.support.repros import running
from tests.support.transcripts import ROOT, parse, run
from tests.triage.expected import INCIDENTS
from tests.triage.reports import VOLATILE, report

HERE = "examples/incidents"
NAMES = sorted(name for name in INCIDENTS if (ROOT / HERE / name).is_dir())


@pytest.mark.parametrize("name", NAMES)
def test_fault_is_named(name: str, transcript: Callable[..., None], tmp_path: Path) -> None:
    """The right cause at the right place comes first, and what else is said is only possible."""
    expected = INCIDENTS[name]
    path = f"{HERE}/{name}/triage.out"
    (step,) = parse((ROOT / path).read_text())
    capture = tmp_path / "capture.json"
    adding = "" if "--save" in step.command else f" --save {capture}"
    with running(name) as target:
        variables = {"PID": str(target.pid), "REDIS_URL": target.redis_url, "FOLDER": str(tmp_path)}
        alerts.reach(name, target)
        with alerts.watched(target) as scene:
            printed, status = run(step.command + adding, variables)
        untrue = alerts.untrue(name, scene)
        printed = printed.replace(f"saved {capture}\n", "")
        transcript(path, patterns=VOLATILE, printed=printed, **variables)

    # The same look as the page shows it, as data.
    found = report(*tmp_path.glob("*.json"))
    assert status == found.status == 1, printed
    assert untrue == [], "the alert of the drill says it, and the process does not show it"
    first, *others = found.findings
    assert (first["cause"], first["rule"]) == (expected.cause, expected.rule)
    assert first["function"] == expected.function
    assert first["where"].startswith(expected.where or f"{HERE}/{name}/repro.py:")
    assert {other["cause"] for other in others if other["confidence"] != "possible"} <= {
        expected.cause,
        *expected.also,
    }


@pytest.mark.parametrize("name", NAMES)
def test_mended_service_is_not_accused(name: str, tmp_path: Path) -> None:
    """The fixed service shows no finding."""
    with running(name, "--fixed") as target:
        found = report(target.pid, *INCIDENTS[name].options_for(target, tmp_path, fixed=True))

    assert found.findings == []
    assert found.status in {0, 3}


def test_dead_task_needs_the_flag(transcript: Callable[..., None]) -> None:
    """From outside a task that died is only absent: idle, and the next step is to ask inside."""
    with running("dead_broadcaster") as target:
        found = report(target.pid)
        place = f"{HERE}/dead_broadcaster/outside.out"
        transcript(place, patterns=VOLATILE, PID=target.pid)

    assert found.statuses == ["idle"]
    assert "--in-process tells how it ended" in found.process(target.pid)["next"]


def test_job_that_no_process_holds() -> None:
    """Without Redis the worker is not accused, and the next step is the command that asks it."""
    with running("worker_looks_idle") as target:
        found = report(target.pid)
        command = found.process(target.pid)["next"].splitlines()[-1]
        output, status = run(command, {"REDIS_URL": target.redis_url})

    assert found.findings == []
    assert (status, "stream jobs settle" in output) == (1, True)


def test_every_incident_is_expected() -> None:
    """No incident of the catalogue is left out."""
    assert {path.parent.name for path in (ROOT / HERE).glob("*/repro.py")} == set(INCIDENTS)
