"""A page of the runbook begins its diagnosis with the tasks of the live process."""

import re

import pytest

from tests.site.built import ROOT

INSPECTS = re.compile(r"python -m asyncio (ps|pstree) |python triage\.py ")
LOOKS = re.compile(r"(curl|pgrep|ps|ls|redis-cli) ")


def diagnosis(page: str) -> list[str]:
    """Return the commands under `## Diagnosis`, in order."""
    section = re.search(r"^## Diagnosis$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
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


def test_diagnosis_starts_by_inspecting_tasks() -> None:
    """Each diagnosis reads the tasks before it does anything that is more than a look."""
    pages = sorted((ROOT / "docs/runbook").rglob("*.md"))
    diagnoses = {page.name: diagnosis(page.read_text()) for page in pages}

    assert any(diagnoses.values())
    assert [name for name, told in diagnoses.items() if not starts_by_inspecting(told)] == []


@pytest.mark.parametrize("command", ["systemctl restart api", "kill -9 $PID", "curl $URL/health"])
def test_other_start_is_seen(command: str) -> None:
    """A diagnosis that restarts or kills first, or that only asks from outside, is told apart."""
    page = f"# Title\n\n## Diagnosis\n\n```bash\n{command}\n```\n\n## Mitigation\n"

    assert not starts_by_inspecting(diagnosis(page))
