"""The one file of triage, as a reader downloads it."""

import functools
from pathlib import Path

from scripts import build_triage

FILE = "triage.py"


@functools.cache
def built() -> Path:
    """Build the file once in each process, and give its path."""
    output = build_triage.ROOT / "build" / FILE
    build_triage.write(output)
    return output
