"""The records under adr/ keep their form, agree with their index, and name real tests."""

import re
import shutil
from pathlib import Path

import pytest

from tests.support.collected import collect
from tests.support.records import Record, read, records

ROOT = Path(__file__).parents[2]
STATUSES = {"proposed", "accepted", "rejected", "superseded"}
KEYS = ["status", "date", "supersedes", "superseded_by"]
SECTIONS = ["Context", "Considered options", "Decision", "Consequences", "Confirmation"]
AMENDMENT = re.compile(r"- \d{4}-\d\d-\d\d: \S")


def faults(folder: Path) -> list[str]:
    """Return what is wrong with the records of a folder, each with the file and the repair."""
    names = {path.name for path in folder.glob("*.md")} - {"README.md", "template.md"}
    found = [
        f"{name}: name it like 0007-short-name.md"
        for name in sorted(names)
        if not re.fullmatch(r"\d{4}-[a-z0-9]+(-[a-z0-9]+)*\.md", name)
    ]
    kept = records(folder)
    for position, record in enumerate(kept, start=1):
        if record.number != f"{position:04d}":
            found.append(f"{record.name}: its number must be {position:04d}, the next free one")
        found += [f"{record.name}: {fault}" for fault in form_faults(record)]
    return (
        found
        + supersession_faults(kept)
        + index_faults(folder, kept)
        + text_faults(folder / "accepted.txt", kept)
    )


def text_faults(register: Path, kept: list[Record]) -> list[str]:
    """Compare the text of each record that was accepted with its line in the register."""
    lines = dict(line.split() for line in register.read_text().splitlines())
    found = []
    for record in kept:
        if record.facts.get("status") not in {"accepted", "superseded"}:
            continue
        if record.number not in lines:
            found.append(f"accepted.txt: add the line '{record.number} {record.digest}'")
        elif lines[record.number] != record.digest:
            found.append(
                f"{record.name}: the text of an accepted record does not change: "
                "restore it, and say what is new in a dated line under '## Amended'"
            )
    return found


def form_faults(record: Record) -> list[str]:
    """Check the front matter, the title, the sections and that Confirmation names a test."""
    found = []
    if list(record.facts) != KEYS:
        found.append(f"front matter must have exactly {', '.join(KEYS)}, in this order")
    if record.facts.get("status") not in STATUSES:
        found.append(f"status must be one of {', '.join(sorted(STATUSES))}")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", record.facts.get("date", "")):
        found.append("date must look like 2026-11-24")
    if not record.body.startswith(f"# {record.number}. "):
        found.append(f"the first line must be '# {record.number}. Title'")
    sections = re.findall(r"^## (.+)$", record.body, re.MULTILINE)
    if sections not in (SECTIONS, [*SECTIONS, "Amended"]):
        found.append(f"sections must be {', '.join(SECTIONS)}, in this order, then Amended if any")
    if "Amended" in sections and not AMENDMENT.match(record.amendments):
        found.append("Amended must start with a line such as '- 2026-11-24: what changed'")
    if not record.confirmation:
        found.append("Confirmation must name a test such as `tests/test_x.py::test_y`")
    return found


def supersession_faults(kept: list[Record]) -> list[str]:
    """Check that each supersession is told by both records, and by the status of the older."""
    claimed = {(record.number, old) for record in kept if (old := record.facts.get("supersedes"))}
    confirmed = {
        (new, record.number) for record in kept if (new := record.facts.get("superseded_by"))
    }
    found = [
        f"{newer} supersedes {older}: say so in both records"
        for newer, older in sorted(claimed ^ confirmed)
    ]
    found += [
        f"{record.name}: status superseded and superseded_by go together"
        for record in kept
        if (record.facts.get("status") == "superseded") != bool(record.facts.get("superseded_by"))
    ]
    return found


def index_faults(folder: Path, kept: list[Record]) -> list[str]:
    """Check that the table in README.md has exactly one row for each record."""
    rows = re.findall(r"^\| \[.*$", (folder / "README.md").read_text(), re.MULTILINE)
    wanted = [
        f"| [{record.number}]({record.name}) | {record.title} "
        f"| {record.facts.get('status')} | {record.facts.get('date')} |"
        for record in kept
    ]
    if rows == wanted:
        return []
    return ["README.md: its table must be:\n" + "\n".join(wanted)]


def test_records_keep_their_form() -> None:
    """Names, front matter, titles, sections, supersession and the index are as template.md says."""
    assert faults(ROOT / "adr") == []


def test_template_has_the_sections() -> None:
    """The template has the front matter and the sections that the check asks for."""
    template = read(ROOT / "adr" / "template.md")

    assert list(template.facts) == KEYS
    assert re.findall(r"^## (.+)$", template.body, re.MULTILINE) == SECTIONS


def test_confirmations_name_collected_tests() -> None:
    """Each test that a Confirmation names is one that pytest collects."""
    named = [node for record in records(ROOT / "adr") for node in record.confirmation]

    collected = collect(named)

    assert collected.returncode == 0, collected.stdout


def test_confirmation_of_a_missing_test_is_seen() -> None:
    """A node id that no file holds makes the collection fail, and the answer names it."""
    collected = collect(["tests/pages/test_adr.py::test_that_does_not_exist"])

    assert collected.returncode != 0
    assert "test_that_does_not_exist" in collected.stdout + collected.stderr


@pytest.mark.parametrize(
    ("name", "pattern", "replacement", "message"),
    [
        ("0001-*.md", "^status: accepted", "status: agreed", "status must be one of"),
        ("0001-*.md", "^date: .*", "date: yesterday", "date must look like"),
        ("0001-*.md", "^superseded_by:", "owner: me", "front matter must have exactly"),
        ("0001-*.md", "^# 0001", "# 0002", "first line must be"),
        ("0001-*.md", "^## Consequences", "## Results", "sections must be"),
        ("0001-*.md", "^## Confirmation[^~]*", "## Confirmation\n", "must name a test"),
        ("0002-*.md", "^supersedes:", 'supersedes: "0001"', "0002 supersedes 0001: say so"),
        ("0001-*.md", "^superseded_by:", 'superseded_by: "0002"', "0002 supersedes 0001: say so"),
        ("0001-*.md", "^status: accepted", "status: superseded", "go together"),
        ("0003-*.md", "must look from outside", "may look from outside", "does not change"),
        ("0005-*.md", "^- A pool in the API process", "- One in the API", "does not change"),
        ("0006-*.md", "^- 2026-11-26: wording", "- Wording", "Amended must start with"),
        ("accepted.txt", "^0001 .*\n", "", "accepted.txt: add the line '0001"),
        ("README.md", r"\| accepted", "| proposed", "its table must be"),
    ],
)
def test_planted_fault_is_seen(
    tmp_path: Path, name: str, pattern: str, replacement: str, message: str
) -> None:
    """Each rule about the text of a record turns red when it is broken."""
    shutil.copytree(ROOT / "adr", tmp_path, dirs_exist_ok=True)
    (path,) = tmp_path.glob(name)
    path.write_text(re.sub(pattern, replacement, path.read_text(), count=1, flags=re.MULTILINE))

    assert message in "\n".join(faults(tmp_path))


@pytest.mark.parametrize(
    ("name", "message"),
    [("0002_Inspect.md", "name it like"), ("0003-inspect.md", "its number must be 0002")],
)
def test_wrong_name_is_seen(tmp_path: Path, name: str, message: str) -> None:
    """A file name that is not kebab-case, or that leaves a number out, is told."""
    shutil.copytree(ROOT / "adr", tmp_path, dirs_exist_ok=True)
    (path,) = tmp_path.glob("0002-*.md")
    path.rename(tmp_path / name)

    assert message in "\n".join(faults(tmp_path))
