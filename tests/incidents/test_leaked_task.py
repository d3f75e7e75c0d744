"""A background task of a WebSocket session outlives the client."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/leaked_task"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """All clients are gone, and one poller for each of them is still there."""
    with running("leaked_task") as target:
        triage.names_the_fault("leaked_task", target)
        transcript(f"{HERE}/ready.out", printed=target.printed, PID=target.pid, URL=target.url)
        transcript(f"{HERE}/symptom.out", PID=target.pid, URL=target.url)
        transcript(f"{HERE}/pstree.out", PID=target.pid)
        transcript(f"{HERE}/ps.out", PID=target.pid)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With an owner that cancels it, no poller outlives its client."""
    with running("leaked_task", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", PID=target.pid, URL=target.url)
        triage.finds_nothing("leaked_task", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff's RUF006 sees the task that nobody keeps."""
    transcript(f"{HERE}/prevent.out")
