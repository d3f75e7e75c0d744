"""Examples and pages cover each other, both ways."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.support import pages, strips
from tests.support.transcripts import ROOT

# The modules of triage are published as one file.
EXAMPLES = sorted(
    file
    for file in (ROOT / "examples").rglob("*.py")
    if not file.is_relative_to(ROOT / "examples/triage")
    or file.is_relative_to(ROOT / "examples/triage/bench")
)
OUTPUTS = sorted((ROOT / "examples").rglob("*.out"))
CAPTURED = strips.read((ROOT / strips.REGISTER).read_text())
INCIDENTS = sorted(path.parent.name for path in ROOT.glob("examples/incidents/*/repro.py"))

INCIDENT_HEADINGS = [
    "**Meaning:**",
    "**Impact:**",
    "```bash\npython triage.py",
    "## Before you touch it",
    "## Diagnosis",
    "## Mitigation",
    "## Verify it worked",
    "## Escalate with",
    "## After the incident",
    "### Fix",
    "### Prevent",
    "### Reproduce it",
    "### Why",
]


@pytest.mark.parametrize("file", [*EXAMPLES, *OUTPUTS], ids=pages.name)
def test_example_is_shown(file: Path) -> None:
    """No script and no output is left over: a page shows it."""
    assert pages.name(file) in pages.included(), f"{pages.name(file)}: include it on a page"


@pytest.mark.parametrize("page", pages.site_pages(), ids=pages.name)
def test_outputs_have_their_strip(page: Path) -> None:
    """A page with captured output says on what it was captured."""
    included = pages.INCLUDE.findall(page.read_text())
    needed = {strips.section_of(Path(path)) for path, _ in included if path.endswith(".out")}
    shown = {section for path, section in included if path == strips.REGISTER}

    assert shown == needed, f"{pages.name(page)}: include these sections of {strips.REGISTER}"


def test_every_folder_of_outputs_has_its_strip() -> None:
    """The register has a section for each folder and band of outputs, and no other."""
    folders = {strips.section_of(output.relative_to(ROOT)) for output in OUTPUTS}

    assert set(CAPTURED) == folders


@pytest.mark.parametrize("section", CAPTURED)
def test_strip_was_written_by_a_capture(section: str) -> None:
    """A strip names the CPython, the platform and the date."""
    assert re.fullmatch(
        r"CPython 3\.14\.\d+, Linux \d+\.\d+ \w+, \d{4}-\d\d-\d\d", CAPTURED[section]
    )


@pytest.mark.parametrize("incident", INCIDENTS)
def test_incident_is_whole(incident: str) -> None:
    """Each incident has a test, and a page with its gist, triage and every heading in order."""
    page = ROOT / f"docs/runbook/incidents/{incident}.md"
    text = page.read_text()
    places = [text.find(f"\n{heading}") for heading in INCIDENT_HEADINGS]
    sections = [heading for heading in INCIDENT_HEADINGS if heading.startswith("## ")]

    assert -1 not in places, f"{pages.name(page)}: {INCIDENT_HEADINGS[places.index(-1)]} is missing"
    assert places == sorted(places), f"{pages.name(page)}: the order differs"
    assert re.findall(r"^## .+$", text, re.MULTILINE) == sections
    assert (ROOT / f"tests/incidents/test_{incident}.py").exists()


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/runbook/incidents/*.md")), ids=pages.name)
def test_incident_page_has_a_repro(page: Path) -> None:
    """No incident page outlives its repro."""
    assert page.stem in {"index", *INCIDENTS}, f"{pages.name(page)}: no examples/incidents/ for it"


@pytest.mark.parametrize(
    "page", [page for page in pages.pages() if page.name != "template.md"], ids=pages.name
)
def test_named_files_and_tests_exist(page: Path) -> None:
    """A page that names a file or a test of the repository names one that is there."""
    named = re.findall(
        r"`((?:tests|examples|adr|docs|scripts)/[\w./-]+)(?:::(\w+))?`", page.read_text()
    )
    wrong = [
        f"{path}::{test}" if test else path
        for path, test in named
        if not (ROOT / path).exists() or (test and f"def {test}(" not in (ROOT / path).read_text())
    ]

    assert not wrong, f"{pages.name(page)} names what does not exist: {', '.join(wrong)}"


def test_each_library_has_its_reason() -> None:
    """A page says why each direct dependency is there, and names no other."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    names = {
        re.split(r"[^\w-]", line)[0]
        for name, group in groups.items()
        if name != "probe"
        for line in group
        if isinstance(line, str) and not line.startswith("types-")
    }
    page = (ROOT / "docs/about/how-these-pages-stay-true.md").read_text()
    table = page.split("| Library |")[1].split("\n\n")[0]

    assert set(re.findall(r"`([\w-]+)`", table)) == names
