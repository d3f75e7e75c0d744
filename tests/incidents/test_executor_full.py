"""Blocking downloads hold every thread of the default executor."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/executor_full"
# How many tasks came before depends on what was asked for before.
NAMES = {r"\bTask-\d+": "Task-[..]"}


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """A price does not come though its service is well: its name waits for a thread."""
    with running("executor_full") as target:
        triage.names_the_fault("executor_full", target)
        places = {"PID": target.pid, "URL": target.url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **places)
        transcript(f"{HERE}/symptom.out", **places)
        transcript(f"{HERE}/ps.out", patterns=NAMES, **places)
        transcript(f"{HERE}/pstree.out", **places)
        transcript(f"{HERE}/leaves.out", patterns=NAMES, **places)
        transcript(f"{HERE}/py_spy.out", patterns=NAMES, **places)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With threads of their own, downloads that wait stop no other request."""
    with running("executor_full", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", URL=target.url)
        triage.finds_nothing("executor_full", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see a full executor; a test with waiting downloads does."""
    transcript(f"{HERE}/prevent.out")
