"""The job of a killed TaskIQ worker stays pending, and the next worker looks idle."""

from collections.abc import Callable

from tests.incidents.conftest import Triage
from tests.support import bands, transcripts
from tests.support.repros import Target, running

HERE = "examples/incidents/worker_looks_idle"
VOLATILE = {
    r"\b\d{13}-\d+\b": "[entry]",
    r"worker-[\dT:.+-]{32}": "worker-[start]",
    r"(?<=3\) \(integer\) )\d+": "[ms]",
}


def test_fault(transcript: Callable[..., None], triage: Triage) -> None:
    """The trade is not settled, ps sees no job, and Redis says who held it."""
    with running("worker_looks_idle") as target:
        triage.names_the_fault("worker_looks_idle", target)
        of = {"PID": target.pid, "REDIS_URL": target.redis_url}
        transcript(f"{HERE}/ready.out", printed=target.printed, **of)
        transcript(f"{HERE}/symptom.out", patterns=VOLATILE, **of)
        transcript(f"{HERE}/ps.out", **of)
        assert is_blind(target) == bands.holds("idle-worker-fails")
        transcript(f"{HERE}/pending.out", patterns=VOLATILE, **of)
        transcript(f"{HERE}/mitigation.out", patterns=VOLATILE, **of)


def test_lock_that_was_left_behind_does_not_matter() -> None:
    """TaskIQ's broker reclaims although the lock that older releases waited for is taken."""
    with running("worker_looks_idle") as target:
        variables = {"REDIS_URL": target.redis_url}
        output, _ = transcripts.run(
            "redis-cli -u $REDIS_URL SET autoclaim:jobs:jobs left; "
            "redis-cli -u $REDIS_URL XADD jobs '*' data wake-up >/dev/null; "
            "redis-cli -u $REDIS_URL BLPOP settled 30",
            variables,
        )

        assert output.split() == ["OK", "settled", "T-1"]


def test_fixed(transcript: Callable[..., None], triage: Triage) -> None:
    """With a tick the next worker takes the job over by itself."""
    with running("worker_looks_idle", "--fixed") as target:
        transcript(f"{HERE}/fixed.out", REDIS_URL=target.redis_url)
        triage.finds_nothing("worker_looks_idle", target)


def test_prevent(transcript: Callable[..., None]) -> None:
    """Ruff does not see the lost job; a test that kills the worker does."""
    transcript(f"{HERE}/prevent.out")


def is_blind(target: Target) -> bool:
    """Tell whether ps fails, or misses the stack of the task that waits for Redis.

    Up to 3.14.8, CPython reads what lies in memory behind the object that anext() made, so
    the error differs from process to process, and now and then there is none.
    """
    output, status = transcripts.run("python -m asyncio ps $PID", {"PID": str(target.pid)})
    return status == 1 or not any("xreadgroup" in line for line in output.splitlines())
