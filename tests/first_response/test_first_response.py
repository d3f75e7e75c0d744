"""The first response: from a process to its tasks, and what each task is."""

import re
from collections.abc import Callable

from tests.support.repros import started
from tests.support.transcripts import ROOT, parse

HERE = "examples/first_response"


def test_each_kind_of_task_is_seen(transcript: Callable[..., None]) -> None:
    """The look at a healthy service shows consumer, broadcaster, orchestration and handlers."""
    with started(f"{HERE}/service.py") as target:
        transcript(f"{HERE}/find.out", PID=target.pid)
        transcript(f"{HERE}/pstree.out", PID=target.pid)
        transcript(f"{HERE}/ps.out", PID=target.pid)
        transcript(f"{HERE}/count.out", PID=target.pid)
        transcript(f"{HERE}/leaves.out", PID=target.pid)


def test_count_of_leaves_survives_names_with_spaces() -> None:
    """Each counted leaf is a frame, although tasks of the service have spaces in their names."""
    counted = parse((ROOT / HERE / "leaves.out").read_text())
    leaves = {line.split()[1] for step in counted for line in step.output}
    table = "\n".join(parse((ROOT / HERE / "ps.out").read_text())[0].output)

    assert "consume signals" in table
    for leaf in leaves:
        assert re.search(rf"  {re.escape(leaf)} -> ", table), leaf
