"""Name the libraries that triage knows and the lock does not pin: one a line."""

import re
from pathlib import Path

from examples.triage.waits.libraries import LIBRARIES

LOCK = Path(__file__).parents[3] / "requirements.lock"


def pinned(lock: Path) -> set[str]:
    """Give the names of the distributions that a lock file pins."""
    return set(re.findall(r"^([a-z0-9-]+)==", lock.read_text(encoding="utf-8"), re.MULTILINE))


if __name__ == "__main__":
    print(*sorted({library.distribution for library in LIBRARIES} - {""} - pinned(LOCK)), sep="\n")
