"""What triage says of an incident with less than its page gives it."""

from collections.abc import Callable

from tests.support.repros import running
from tests.support.transcripts import ROOT, run
from tests.triage.expected import INCIDENTS
from tests.triage.reports import VOLATILE, report

HERE = "examples/incidents"


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
    """No incident of the catalogue is left out, and the tests of each one ask triage."""
    names = {path.parent.name for path in (ROOT / HERE).glob("*/repro.py")}
    assert names == set(INCIDENTS)
    for name in names:
        text = (ROOT / f"tests/incidents/test_{name}.py").read_text()
        assert text.count(f'triage.names_the_fault("{name}", target)') == 1
        assert text.count(f'triage.finds_nothing("{name}", target)') == 1
