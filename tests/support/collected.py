"""Which tests pytest would run."""

import subprocess
import sys
from collections.abc import Iterable

from tests.support.transcripts import ROOT


def collect(nodes: Iterable[str]) -> subprocess.CompletedProcess[str]:
    """Let pytest collect node ids without running them; one that is missing makes it fail."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "--quiet", *nodes],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
