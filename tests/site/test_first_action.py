"""A page of the runbook begins its diagnosis with the tasks of the live process."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.built import ROOT
from tests.support.pages import name

INSPECTS = re.compile(r"python -m asyncio (ps|pstree) |python triage\.py ")
LOOKS = re.compile(r"(curl|pgrep|ps|ls|redis-cli) ")


def diagnosis(page: str) -> list[str]:
    """Return the commands of a page up to the end of `## Diagnosis`, in order."""
    section = re.search(r"\A(.*^## Diagnosis$.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    fences = re.findall(
        r"^``` *{?[ .]*bash[^\n]*\n(.*?)^```",
        section[1] if section else "",
        re.MULTILINE | re.DOTALL,
    )
    return [line for fence in fences for line in fence.splitlines()]


def starts_by_inspecting(commands: list[str]) -> bool:
    """Tell whether the tasks are read before any command that does more than look."""
    for command in commands:
        if INSPECTS.match(command):
            return True
        if not LOOKS.match(command):
            return False
    return not commands


# What runs code in the process, or stops it while it looks.
INTRUDES = re.compile(
    r"--in-process|--freeze|remote_exec|from_inside\.py|py-spy (?!.*--nonblocking)|gdb |kill -STOP"
)
CONSENT = re.compile(r"\bconsent\b")


def lacks_consent(page: str) -> Iterator[str]:
    """Give each command that intrudes before the page has asked for consent.

    A page with a table of risks names the command in it, too.
    """
    table = re.search(r"^## Before you touch it$(.*?)(?=^## )", page, re.MULTILINE | re.DOTALL)
    for fence in re.finditer(r"^``` *{?[ .]*bash[^\n]*\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for command in filter(INTRUDES.search, fence[1].splitlines()):
            means = INTRUDES.search(command)
            assert means is not None
            in_table = table is None or means[0].strip() in table[1]
            if not (CONSENT.search(page[: fence.start()]) and in_table):
                yield command


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=name)
def test_consent_comes_before_code_and_pauses(page: Path) -> None:
    """A page asks for consent before a command that runs code in a process or pauses it."""
    assert list(lacks_consent(page.read_text())) == []


@pytest.mark.parametrize(
    "text",
    [
        "# T\n\n```bash\ntriage --freeze $PID\n```\nWith consent.\n",
        "# T\n\n```bash\npy-spy dump --pid $PID\n```\n",
        "## Before you touch it\n\nGet consent.\n\n## D\n\n```bash\nt --in-process 1\n```\n",
    ],
    ids=["after", "never", "no-row"],
)
def test_command_without_consent_is_seen(text: str) -> None:
    """Consent that is never asked for, comes too late or has no row in the table is named."""
    assert len(list(lacks_consent(text))) == 1


def test_diagnosis_starts_by_inspecting_tasks() -> None:
    """Each diagnosis reads the tasks before it does anything that is more than a look."""
    pages = sorted((ROOT / "docs/runbook").rglob("*.md"))
    diagnoses = {page.name: diagnosis(page.read_text()) for page in pages}

    assert any(diagnoses.values())
    assert [name for name, lines in diagnoses.items() if not starts_by_inspecting(lines)] == []


@pytest.mark.parametrize("command", ["systemctl restart api", "kill -9 $PID", "curl $URL/health"])
def test_other_start_is_seen(command: str) -> None:
    """A diagnosis that restarts or kills first, or that only asks from outside, is told apart."""
    page = f"# Title\n\n## Diagnosis\n\n```bash\n{command}\n```\n\n## Mitigation\n"

    assert not starts_by_inspecting(diagnosis(page))
