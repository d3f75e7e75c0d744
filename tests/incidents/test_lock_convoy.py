"""A lock is held across a slow await, and everybody queues behind it."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/lock_convoy"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """A cached price does not come, and pstree shows the waiters and the holder."""
    with running("lock_convoy") as target:
        triage.names_the_fault("lock_convoy", target)
        places = {"PID": target.pid, "URL": target.url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **places)
        transcript(f"{HERE}/symptom.out", **places)
        transcript(f"{HERE}/pstree.out", **places)
        transcript(f"{HERE}/pstree_full.out", **places)
        transcript(f"{HERE}/ps.out", **places)
        transcript(f"{HERE}/holder.out", **places)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With a lock for each symbol and a deadline, a cached price comes at once."""
    with running("lock_convoy", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", URL=target.url)
        triage.finds_nothing("lock_convoy", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see a lock held across an await; a test with a slow symbol does."""
    transcript(f"{HERE}/prevent.out")
