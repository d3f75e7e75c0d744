"""Sync endpoints that wait for a slow service take every thread."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/thread_pool_full"
THREAD_ID = {r"(?<=Thread )\d+(?= \(idle\): \"AnyIO)": "[TID]"}


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """Another sync endpoint waits, async ones answer, and ps counts 40 threads in use."""
    with running("thread_pool_full") as target:
        triage.names_the_fault("thread_pool_full", target)
        places = {"PID": target.pid, "URL": target.url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **places)
        transcript(f"{HERE}/symptom.out", **places)
        transcript(f"{HERE}/threads.out", **places)
        transcript(f"{HERE}/leaves.out", **places)
        transcript(f"{HERE}/pstree.out", **places)
        transcript(f"{HERE}/pstree_full.out", **places)
        transcript(f"{HERE}/ps.out", **places)
        transcript(f"{HERE}/py_spy.out", patterns=THREAD_ID, **places)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With threads and a deadline of their own, reports give up and orders are served."""
    with running("thread_pool_full", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", URL=target.url)
        triage.finds_nothing("thread_pool_full", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see shared threads; a test with a small pool does."""
    transcript(f"{HERE}/prevent.out")
