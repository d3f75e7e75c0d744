"""Each position of a portfolio becomes a task."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/fan_out"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """The tasks of one line are counted in thousands, until ps and pstree give up."""
    with running("fan_out") as target:
        triage.names_the_fault("fan_out", target)
        transcript(f"{HERE}/ready.out", printed=target.printed, PID=target.pid, URL=target.url)
        transcript(f"{HERE}/symptom.out", URL=target.url)
        transcript(f"{HERE}/ps.out", PID=target.pid)
        transcript(f"{HERE}/pstree.out", PID=target.pid)
        transcript(f"{HERE}/too_many.out", PID=target.pid, URL=target.url)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """Ten tasks do the same work, and a rush is refused."""
    with running("fan_out", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", PID=target.pid, URL=target.url)
        triage.finds_nothing("fan_out", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see the fan-out; a test that counts tasks does."""
    transcript(f"{HERE}/prevent.out")
