"""What a list of tasks does not solve."""

from collections.abc import Callable

from tests.support.repros import started

HERE = "examples/limits"
SCRIPT = f"{HERE}/service.py"


def test_hot_loop(transcript: Callable[..., None]) -> None:
    """For a loop that burns CPU, ps names no line and py-spy does."""
    with started(SCRIPT) as target:
        transcript(
            f"{HERE}/hot_loop.out",
            patterns={r"\(active\+gil\)": "(active)"},
            PID=target.pid,
            URL=target.url,
        )


def test_no_trace(transcript: Callable[..., None]) -> None:
    """A request that was slow and is over leaves nothing to see."""
    with started(SCRIPT) as target:
        transcript(
            f"{HERE}/no_trace.out",
            patterns={r"after [1-9]\d*\.\d+ seconds": "after more than one second"},
            PID=target.pid,
            URL=target.url,
        )


def test_still_blocked(transcript: Callable[..., None]) -> None:
    """Seeing the call that blocks the loop does not unblock it."""
    with started(SCRIPT) as target:
        transcript(f"{HERE}/ready.out", printed=target.printed, PID=target.pid, URL=target.url)
        transcript(f"{HERE}/still_blocked.out", PID=target.pid, URL=target.url)
