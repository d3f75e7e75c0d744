"""Reproduce every incident and print what was seen as one table: ``make incidents``.

An exit status of ps or pstree is measured on the live fault, and joined with
those that the transcripts of the incident hold for later states of it: 0/1
means both were seen.
"""

import re
import sys
import tomllib
from dataclasses import dataclass, field

import pytest

from tests.support.repros import running
from tests.support.transcripts import ROOT, parse, run

TEST = re.compile(r"test_(\w+)\.py::test_(fault|fixed)$")
TOOLS = ("ps", "pstree")
TITLES = ("incident", "symptom observed", *(f"{tool} status" for tool in TOOLS), "fixed verified")


@dataclass
class Outcomes:
    """A plugin of pytest that remembers which tests have passed.

    Attributes:
        passed: incident and test, such as ``("fan_out", "fault")``.

    """

    passed: dict[tuple[str, str], bool] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a setup, a call or a teardown; all of them have to pass."""
        if found := TEST.search(report.nodeid):
            test = (found[1], found[2])
            self.passed[test] = self.passed.get(test, True) and report.passed


def statuses(name: str) -> dict[str, str]:
    """Give the exit statuses of ps and pstree on the fault of an incident.

    Args:
        name: folder under ``examples/incidents``.

    """
    seen: dict[str, set[int]] = {tool: set() for tool in TOOLS}
    for file in (ROOT / "examples/incidents" / name).glob("*.out"):
        for step in parse(file.read_text()):
            for tool in TOOLS:
                if step.command == f"python -m asyncio {tool} $PID":
                    seen[tool].add(step.status)
    with running(name) as target:
        for tool in TOOLS:
            _, status = run(f"python -m asyncio {tool} $PID", {"PID": str(target.pid)})
            seen[tool].add(status)
    return {tool: "/".join(map(str, sorted(found))) for tool, found in seen.items()}


def main() -> int:
    """Print the table; the exit status is 1 unless every incident was observed and fixed."""
    names = tomllib.loads((ROOT / "examples/incidents/incidents.toml").read_text())
    outcomes = Outcomes()
    select = ["-q", "--no-header", "--no-summary", "-k", "test_fault or test_fixed"]
    pytest.main([str(ROOT / "tests/incidents"), *select], plugins=[outcomes])
    rows = [TITLES]
    for name in names:
        observed, fixed = (
            "yes" if outcomes.passed.get((name, test)) else "NO" for test in ("fault", "fixed")
        )
        rows.append((name, observed, *statuses(name).values(), fixed))
    for row in rows:
        print("".join(cell.ljust(20) for cell in row).rstrip())
    return int(any("NO" in row for row in rows))


if __name__ == "__main__":
    sys.exit(main())
