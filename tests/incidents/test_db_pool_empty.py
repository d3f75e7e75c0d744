"""Requests that run into their deadline keep their database connection."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/db_pool_empty"


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """A query does not come, requests wait for the pool, and no task holds a connection."""
    with running("db_pool_empty") as target:
        triage.names_the_fault("db_pool_empty", target)
        places = {"PID": target.pid, "URL": target.url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **places)
        transcript(f"{HERE}/symptom.out", **places)
        transcript(f"{HERE}/pstree.out", **places)
        transcript(f"{HERE}/pstree_full.out", **places)
        transcript(f"{HERE}/ps.out", **places)
        transcript(f"{HERE}/pool.out", **places)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With a session that closes itself, a deadline costs no connection."""
    with running("db_pool_empty", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", URL=target.url)
        triage.finds_nothing("db_pool_empty", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see the session that stays open; a look at the pool after a test does."""
    transcript(f"{HERE}/prevent.out")
