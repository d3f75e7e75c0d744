"""The page on how to read ps and pstree."""

import re
from collections.abc import Callable

from tests.support.repros import started
from tests.support.transcripts import ROOT

HERE = "examples/reading"


def test_tree(transcript: Callable[..., None]) -> None:
    """One program shows every column, and a task with two awaiters takes two rows."""
    with started(f"{HERE}/tree.py") as target:
        transcript(f"{HERE}/tree_ps.out", PID=target.pid)
        transcript(f"{HERE}/tree_pstree.out", PID=target.pid)


def test_leaves(transcript: Callable[..., None]) -> None:
    """Each way to wait that asyncio has shows its own leaf frame."""
    with started(f"{HERE}/leaves.py") as target:
        transcript(f"{HERE}/leaves.out", PID=target.pid)


def test_each_leaf_of_the_dictionary_was_seen() -> None:
    """The dictionary holds no frame that no captured output shows."""
    page = (ROOT / "docs/runbook/reading.md").read_text()
    table = page.split("## Leaf frames")[1].split("\n## ")[0]
    frames = re.findall(r"^\| `([^`]+)`", table, flags=re.MULTILINE)
    seen = "".join(path.read_text() for path in sorted((ROOT / "examples").rglob("*.out")))

    assert frames
    assert [frame for frame in frames if frame not in seen] == []
