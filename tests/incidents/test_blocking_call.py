"""A coroutine calls a client that blocks the event loop."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/blocking_call"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """The health check does not answer, ps shows one frame, and two tools show the call."""
    with running("blocking_call") as target:
        triage.names_the_fault("blocking_call", target)
        places = {"PID": target.pid, "URL": target.url, "REDIS_URL": target.redis_url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **places)
        transcript(f"{HERE}/symptom.out", **places)
        transcript(f"{HERE}/pstree.out", **places)
        transcript(f"{HERE}/ps.out", **places)
        transcript(f"{HERE}/running_task.out", **places)
        transcript(f"{HERE}/py_spy.out", **places)
        transcript(f"{HERE}/redis.out", **places)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With a client for asyncio the health check answers while the handler waits."""
    with running("blocking_call", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", PID=target.pid, URL=target.url)
        triage.finds_nothing("blocking_call", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see a blocking Redis client; blockbuster does."""
    transcript(f"{HERE}/prevent.out")


def test_mitigation(transcript: Callable[..., None]) -> None:
    """Once Redis ends the wait, the loop turns again and the health check answers."""
    with running("blocking_call") as target:
        transcript(f"{HERE}/mitigated.out", URL=target.url, REDIS_URL=target.redis_url)
