"""A handler and a loop keep the process alive after SIGTERM."""

from collections.abc import Callable

import pytest

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/hung_shutdown"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """SIGTERM does not end the process, pstree shows who holds it, and SIGINT ends it."""
    with running("hung_shutdown") as target:
        triage.names_the_fault("hung_shutdown", target)
        transcript(f"{HERE}/ready.out", printed=target.printed, PID=target.pid, URL=target.url)
        transcript(f"{HERE}/symptom.out", PID=target.pid)
        transcript(f"{HERE}/pstree.out", PID=target.pid)
        transcript(f"{HERE}/pstree_full.out", PID=target.pid)
        transcript(f"{HERE}/ps.out", PID=target.pid)
        transcript(f"{HERE}/mitigation.out", PID=target.pid)


def test_limit_does_not_end_the_loop(
    transcript: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a limit for the handlers, the loop that catches its cancel still holds the process."""
    monkeypatch.setenv("UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN", "1")
    with running("hung_shutdown") as target:
        transcript(
            f"{HERE}/limit_ready.out", printed=target.printed, PID=target.pid, URL=target.url
        )
        transcript(f"{HERE}/limit.out", PID=target.pid)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """The fixed service ends on SIGTERM, with a client still connected."""
    with running("hung_shutdown", "--fixed") as target:
        triage.finds_nothing("hung_shutdown", target)
        transcript(f"{HERE}/fixed.out", PID=target.pid)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff sees the loop that catches everything, and a test sees the handler."""
    transcript(f"{HERE}/prevent.out")
