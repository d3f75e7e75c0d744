"""The index of error texts."""

import re
import subprocess
import sys

from tests.support.transcripts import ROOT


def test_each_text_was_printed() -> None:
    """Every text of the index stands word by word in a captured output."""
    page = (ROOT / "docs/runbook/error-texts.md").read_text()
    texts = re.findall(r"^\| `([^`]+)` \|", page, flags=re.MULTILINE)
    printed = "".join(path.read_text() for path in sorted((ROOT / "examples").rglob("*.out")))

    assert texts
    assert [text for text in texts if text not in printed] == []


def test_errors_come_on_standard_output() -> None:
    """``ps`` on a PID that nobody has says so on standard output, with status 1."""
    command = [sys.executable, "-m", "asyncio", "ps", str(2**22 + 1)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("Error retrieving tasks: ")
    page = (ROOT / "docs/runbook/error-texts.md").read_text()
    assert "most of these texts come on standard output, with exit status 1" in page
