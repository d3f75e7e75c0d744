"""Write the table of all incidents: ``python scripts/matrix.py``.

It reads `examples/incidents/incidents.toml` and the titles of the pages, and writes
`examples/incidents/matrix.md`, which the page of all incidents includes.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "examples/incidents/incidents.toml"
TABLE = ROOT / "examples/incidents/matrix.md"
PAGES = ROOT / "docs/runbook"
# A cause with one incident has no page of its own.
OWN_PAGE = {"await-cycle": "await_cycle.md"}


def title(page: Path) -> str:
    """Give the first heading of a page."""
    found = re.search(r"^# (.+)$", page.read_text(), flags=re.MULTILINE)
    if found is None:
        raise ValueError(f"{page}: no title")
    return found[1]


def link(kind: str, name: str) -> str:
    """Link the page of a symptom or a cause, as seen from the pages of the incidents.

    Args:
        kind: ``symptoms`` or ``causes``.
        name: what the data calls it.

    """
    target = OWN_PAGE.get(name, f"../{kind}/{name}.md")
    return f"[{name.replace('-', ' ')}]({target})"


def table() -> str:
    """Build the table, one incident a row, sorted by symptom."""
    rows = ["| Incident | Symptom | Pattern | Cause |", "| --- | --- | --- | --- |"]
    incidents = tomllib.loads(DATA.read_text())
    for name, facts in sorted(incidents.items(), key=lambda item: item[1]["symptom"]):
        page = PAGES / f"incidents/{name}.md"
        symptom, cause = link("symptoms", facts["symptom"]), link("causes", facts["cause"])
        rows.append(f"| [{title(page)}]({name}.md) | {symptom} | {facts['pattern']} | {cause} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table())
