"""Captures that were kept as test data; `tests.triage.captures` makes them."""

import lzma
import tempfile
from pathlib import Path

from examples.triage.model import Process
from examples.triage.say.capture import load

FOLDER = Path(__file__).parent / "captures"
FIXED = ".fixed"
SUFFIX = ".json.xz"


def kept(name: str) -> list[Process]:
    """Load a capture that was kept.

    Args:
        name: of an incident, with `FIXED` behind it for the fixed service, or of a
            healthy target.

    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "capture.json"
        file.write_bytes(lzma.decompress((FOLDER / f"{name}{SUFFIX}").read_bytes()))
        return load(file)


def names() -> list[str]:
    """Name every capture."""
    return sorted(file.name.removesuffix(SUFFIX) for file in FOLDER.iterdir())
