"""The index of error texts."""

import re

from tests.support.transcripts import ROOT


def test_each_text_was_printed() -> None:
    """Every text of the index stands word by word in a captured output."""
    page = (ROOT / "docs/runbook/error-texts.md").read_text()
    texts = re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)
    printed = "".join(path.read_text() for path in sorted((ROOT / "examples").rglob("*.out")))

    assert texts
    assert [text for text in texts if text not in printed] == []
