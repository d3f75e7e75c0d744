"""Jobs that never end hold every slot of a TaskIQ worker."""

from collections.abc import Callable

import psutil

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/worker_slots_stuck"
ENTRY = {r"\b\d{13}-\d+\b": "[entry]"}


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """Six jobs stay pending behind a lag of 0, and pstree of the worker names their line."""
    with running("worker_slots_stuck") as target:
        triage.names_the_fault("worker_slots_stuck", target)
        of = {"PID": target.pid, "REDIS_URL": target.redis_url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **of)
        transcript(f"{HERE}/symptom.out", patterns=ENTRY, **of)
        manager = psutil.Process(target.pid).parents()[1]
        transcript(f"{HERE}/which.out", MANAGER=manager.pid, **of)
        transcript(f"{HERE}/pstree.out", **of)
        transcript(f"{HERE}/pstree_full.out", **of)
        transcript(f"{HERE}/ps.out", **of)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With a deadline every job ends, and none stays pending."""
    with running("worker_slots_stuck", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", REDIS_URL=target.redis_url)
        triage.finds_nothing("worker_slots_stuck", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see the missing deadline; a test with a silent downstream does."""
    transcript(f"{HERE}/prevent.out")
