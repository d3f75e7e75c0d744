"""A scheduler in the lifespan starts refreshes faster than they end."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/background_orchestration"
# How many there are depends on when they are counted.
COUNTS = {r"(?m)^ *\d+ (?=StreamReader)": "  [..] "}


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """Refreshes grow from second to second, and ps shows all of them at one line."""
    with running("background_orchestration") as target:
        triage.names_the_fault("background_orchestration", target)
        places = {"PID": target.pid, "URL": target.url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **places)
        transcript(f"{HERE}/symptom.out", **places)
        transcript(f"{HERE}/ps.out", patterns=COUNTS, **places)
        transcript(f"{HERE}/one.out", **places)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """A round that starts after the last one never has more than one refresh a symbol."""
    with running("background_orchestration", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", URL=target.url)
        triage.finds_nothing("background_orchestration", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff is content with a task that is kept; a test that counts refreshes is not."""
    transcript(f"{HERE}/prevent.out")
