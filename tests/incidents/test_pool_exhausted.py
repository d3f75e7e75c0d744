"""Every connection of a pool is held across a call to a slow service."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support.repros import running

HERE = "examples/incidents/pool_exhausted"
# The address of the database is no number by itself.
PORT = {r"(127\.0\.0\.1):\d+/postgres": r"\1:[PORT]/postgres"}


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """A query never starts, and the database shows who keeps its connection without using it."""
    with running("pool_exhausted") as target:
        triage.names_the_fault("pool_exhausted", target)
        places = {"PID": target.pid, "URL": target.url}
        ready = places | {"DATABASE_URL": target.database_url}
        transcript(f"{HERE}/ready.out", printed=target.printed, patterns=PORT, **ready)
        transcript(f"{HERE}/symptom.out", **places)
        transcript(f"{HERE}/waiting.out", **places)
        transcript(f"{HERE}/holding.out", **places)
        transcript(f"{HERE}/sessions.out", DATABASE_URL=target.database_url)


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """Without a connection in the hand of who waits, queries run and settlements give up."""
    with running("pool_exhausted", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", URL=target.url)
        triage.finds_nothing("pool_exhausted", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see a connection held across an await; a pool of one connection does."""
    transcript(f"{HERE}/prevent.out")
