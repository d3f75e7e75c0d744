"""A Redis Streams consumer waits for room in a queue that nobody empties."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/stalled_consumer"
ENTRY = {r"\b\d{13}-\d+\b": "[entry]"}


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """The lag grows while the service is healthy, and every task waits to put."""
    with running("stalled_consumer") as target:
        triage.names_the_fault("stalled_consumer", target)
        of = {"PID": target.pid, "URL": target.url, "REDIS_URL": target.redis_url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **of)
        transcript(f"{HERE}/symptom.out", patterns=ENTRY, **of)
        transcript(f"{HERE}/pstree.out", **of)
        transcript(f"{HERE}/pstree_full.out", **of)
        transcript(f"{HERE}/ps.out", **of)
        transcript(f"{HERE}/pending.out", patterns=ENTRY, **of)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """The fixed workers price every basket, and wait for the next one."""
    with running("stalled_consumer", "--fixed") as target:
        of = {"PID": target.pid, "REDIS_URL": target.redis_url}
        transcript(f"{HERE}/fixed.out", patterns=ENTRY, **of)
        triage.finds_nothing("stalled_consumer", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see the stall; a test with a short queue does."""
    transcript(f"{HERE}/prevent.out")
