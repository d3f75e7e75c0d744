"""A callback of the event loop is called without end."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/busy_without_tasks"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """The process computes while every task waits, and its stack names the callback."""
    with running("busy_without_tasks") as target:
        triage.names_the_fault("busy_without_tasks", target)
        places = {"PID": target.pid, "URL": target.url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **places)
        transcript(f"{HERE}/symptom.out", **places)
        transcript(f"{HERE}/ps.out", **places)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """A sender that stops listening for room uses no CPU."""
    with running("busy_without_tasks", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", PID=target.pid, URL=target.url)
        triage.finds_nothing("busy_without_tasks", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see a callback without end; a test that counts its calls does."""
    transcript(f"{HERE}/prevent.out")
