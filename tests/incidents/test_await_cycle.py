"""Steps of an orchestration await each other."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/await_cycle"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """The run does not move; pstree names the circle instead of a tree, and ps lists it."""
    with running("await_cycle") as target:
        triage.names_the_fault("await_cycle", target)
        transcript(f"{HERE}/ready.out", printed=target.printed, PID=target.pid, URL=target.url)
        transcript(f"{HERE}/symptom.out", URL=target.url)
        transcript(f"{HERE}/pstree.out", PID=target.pid)
        transcript(f"{HERE}/ps.out", PID=target.pid)
        transcript(f"{HERE}/mitigation.out", PID=target.pid)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """The fixed service refuses the circle, and no step is left waiting."""
    with running("await_cycle", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", PID=target.pid, URL=target.url)
        triage.finds_nothing("await_cycle", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see the circle; a test that sorts the steps does."""
    transcript(f"{HERE}/prevent.out")
