"""Read the records under adr/."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

NODE_ID = re.compile(r"`(tests/[\w/]+\.py::[\w\[\]-]+)`")


@dataclass(frozen=True)
class Record:
    """One record: its file name, front matter and body."""

    name: str
    facts: dict[str, str]
    body: str

    @property
    def number(self) -> str:
        """The four digits that start the file name."""
        return self.name[:4]

    @property
    def title(self) -> str:
        """The text of the first line, without its number."""
        return self.body.partition("\n")[0].partition(". ")[2]

    @property
    def confirmation(self) -> list[str]:
        """The test node ids that Confirmation names."""
        return NODE_ID.findall(self.body.partition("\n## Confirmation\n")[2])

    @property
    def amendments(self) -> str:
        """The section at the end that says what changed after the record was accepted."""
        return self.body.partition("\n## Amended\n")[2].strip()

    @property
    def digest(self) -> str:
        """SHA-256 of what does not change: up to Confirmation, without the addresses of links."""
        fixed = self.body.partition("\n## Confirmation\n")[0]
        return hashlib.sha256(re.sub(r"\]\([^)]*\)", "]", fixed).encode()).hexdigest()


def read(path: Path) -> Record:
    """Split a record; quoted numbers stay text and a date is read as ISO text."""
    _, front, body = path.read_text().split("---\n", 2)
    # BaseLoader keeps 0010 and 2026-11-24 as they are written.
    facts = yaml.load(front, yaml.BaseLoader)  # noqa: S506 - BaseLoader makes only strings
    return Record(path.name, facts, body)


def records(folder: Path) -> list[Record]:
    """Read every numbered record of a folder, in order."""
    return [read(path) for path in sorted(folder.glob("[0-9]*.md"))]
