"""The task that listens to Redis has died."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/dead_broadcaster"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """A session is open, no update comes, and there is no task that would send one."""
    with running("dead_broadcaster") as target:
        triage.names_the_fault("dead_broadcaster", target)
        places = {"PID": target.pid, "URL": target.url, "REDIS_URL": target.redis_url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **places)
        transcript(f"{HERE}/sessions.out", **places)
        transcript(f"{HERE}/pstree.out", **places)
        transcript(f"{HERE}/ps.out", **places)
        transcript(f"{HERE}/redis.out", **places)
        transcript(f"{HERE}/broadcaster.out", **places)
        transcript(f"{HERE}/symptom.out", **places)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With a broadcaster that subscribes again, updates come after the same loss."""
    with running("dead_broadcaster", "--fixed") as target:
        places = {"PID": target.pid, "URL": target.url, "REDIS_URL": target.redis_url}
        transcript(f"{HERE}/fixed.out", **places)
        triage.finds_nothing("dead_broadcaster", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see a task that dies; a test that cuts it off from Redis does."""
    transcript(f"{HERE}/prevent.out")
