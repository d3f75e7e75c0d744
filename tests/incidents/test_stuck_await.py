"""A handler awaits a downstream that never answers."""

from collections.abc import Callable

import httpx

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/stuck_await"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """The quote never comes, and pstree names the line that waits for it."""
    with running("stuck_await") as target:
        triage.names_the_fault("stuck_await", target)
        transcript(f"{HERE}/ready.out", printed=target.printed, PID=target.pid, URL=target.url)
        transcript(f"{HERE}/symptom.out", URL=target.url)
        transcript(f"{HERE}/pstree.out", PID=target.pid)
        transcript(f"{HERE}/pstree_full.out", PID=target.pid)
        transcript(f"{HERE}/ps.out", PID=target.pid)

        assert httpx.get(f"{target.url}/openapi.json", timeout=200).status_code == 200


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With a deadline the client gets a 504, and no handler stays behind."""
    with running("stuck_await", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", URL=target.url, PID=target.pid)
        triage.finds_nothing("stuck_await", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see the missing deadline; a test with a silent downstream does."""
    transcript(f"{HERE}/prevent.out")
