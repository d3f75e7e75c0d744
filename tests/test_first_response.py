"""The first response: from a process to its tasks, and what each task is."""

from collections.abc import Callable

from tests.repros import started

HERE = "examples/first_response"


def test_each_kind_of_task_is_seen(transcript: Callable[..., None]) -> None:
    """The look at a healthy service shows consumer, broadcaster, orchestration and handlers."""
    with started(f"{HERE}/service.py") as target:
        transcript(f"{HERE}/find.out", PID=target.pid)
        transcript(f"{HERE}/pstree.out", PID=target.pid)
        transcript(f"{HERE}/ps.out", PID=target.pid)
        transcript(f"{HERE}/count.out", PID=target.pid)
