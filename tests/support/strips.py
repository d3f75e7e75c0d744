"""On which CPython, platform and date outputs were captured: one register for all folders.

``examples/versions/captured.txt`` has a section for each folder of outputs, which pages include.
Outputs of one folder share it, but for those with a band, which are captured at another time.
"""

import fcntl
import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

from tests.support import bands

REGISTER = "examples/versions/captured.txt"
SECTION = re.compile(r"^--8<-- \[start:([a-z][\w-]*)\]\n(.+)\n--8<-- \[end:\1\]\n", re.MULTILINE)


def section_of(output: Path) -> str:
    """Name the section of a captured output, such as ``blind_spots-from-3-14-9``.

    Args:
        output: its path from the root of the checkout.

    """
    folder = "-".join(output.parts[1:-1])
    band = bands.NAMED.search(output.name)
    return folder + band[0].replace(".", "-") if band else folder


def read(text: str) -> dict[str, str]:
    """Read the register: what each section says.

    Raises:
        ValueError: for text that belongs to no section.

    """
    if rest := SECTION.sub("", text).strip():
        raise ValueError(f"{REGISTER}: {rest.splitlines()[0]!r} belongs to no section")
    return dict(SECTION.findall(text))


def write(root: Path, output: Path) -> None:
    """Write into the register that an output was captured here and now.

    Args:
        root: of the checkout.
        output: its path from there.

    """
    system = f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"
    date = datetime.now(UTC).date().isoformat()
    versions = f"CPython {platform.python_version()}, {system} {platform.machine()}"
    register = root / REGISTER
    # Workers of pytest capture at once; a reader sees the old file or the new one.
    folder = os.open(register.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        entries = read(register.read_text()) | {section_of(output): f"{versions}, {date}"}
        new = register.with_suffix(".new")
        new.write_text(text(entries))
        new.replace(register)
    finally:
        os.close(folder)


def text(entries: dict[str, str]) -> str:
    """Write the register, in the order of its sections."""
    return "".join(
        f"--8<-- [start:{name}]\n{captured}\n--8<-- [end:{name}]\n"
        for name, captured in sorted(entries.items())
    )
