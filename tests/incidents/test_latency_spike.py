"""Now and then a call in the event loop waits for a lock of a file."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/latency_spike"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """Most orders are quick, and some take as long as the log is locked."""
    with running("latency_spike") as target:
        triage.names_the_fault("latency_spike", target)
        transcript(f"{HERE}/ready.out", printed=target.printed, PID=target.pid, URL=target.url)
        transcript(f"{HERE}/symptom.out", URL=target.url)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """While an order waits in a thread, everybody else is served."""
    with running("latency_spike", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", URL=target.url)
        triage.finds_nothing("latency_spike", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see the lock of a file; a test with a locked log does."""
    transcript(f"{HERE}/prevent.out")
