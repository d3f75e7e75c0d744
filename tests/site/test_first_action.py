"""A page of the runbook begins its diagnosis with the tasks of the live process."""

import re
from pathlib import Path

import pytest

from tests.site.pages import ROOT


def first_command(page: str) -> str | None:
    """Return the first command under `## Diagnosis`, or None when there is no such section."""
    diagnosis = re.search(r"^## Diagnosis$(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    command = diagnosis and re.search(
        r"^```\s*{?\s*\.?bash[^\n]*\n([^\n]*)", diagnosis[1], re.MULTILINE
    )
    return command[1] if command else None


def inspects_tasks(command: str | None) -> bool:
    """Tell whether a command finds the process or reads its tasks, and changes nothing."""
    return command is None or bool(
        re.match(
            r"(python -m asyncio (ps|pstree) |pgrep |ps |python examples/triage\.py )", command
        )
    )


def test_diagnosis_starts_by_inspecting_tasks() -> None:
    """The first command of a diagnosis finds the process or reads its tasks."""
    others = {
        str(page.relative_to(ROOT)): first_command(page.read_text())
        for page in sorted(Path(ROOT, "docs/runbook").rglob("*.md"))
        if not inspects_tasks(first_command(page.read_text()))
    }

    assert others == {}


@pytest.mark.parametrize(
    "command", ["systemctl restart api", "kill -9 $PID", "py-spy dump --pid $PID"]
)
def test_other_first_command_is_seen(command: str) -> None:
    """A diagnosis that starts with a restart, a kill or another tool is told apart."""
    page = f"# Title\n\n## Diagnosis\n\n```bash\n{command}\n```\n\n## Mitigation\n"

    assert not inspects_tasks(first_command(page))
