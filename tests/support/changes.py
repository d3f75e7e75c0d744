"""Run every captured command again and report what changed: ``make outputs``.

The report goes to standard output and the progress of pytest to standard error.
"""

import ast
import contextlib
import difflib
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pytest

from tests.support import pages, strips
from tests.support.transcripts import ROOT

OPTIONS = ["--update-outputs", "--continue-on-collection-errors"]
QUIET = ["-q", "--no-header", "--no-summary", "--override-ini", "addopts="]


# pytest keeps its plugins in sets.
@dataclass(eq=False)
class Run:
    """A plugin of pytest that remembers how many tests ran, and which failed.

    Attributes:
        tests: the id of each test that ran.
        failures: what each failed test said, by its id.

    """

    tests: set[str] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of a setup, a call or a teardown."""
        self.tests.add(report.nodeid)
        self.pytest_collectreport(report)

    def pytest_collectreport(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        """Take note of a file that cannot be read, as of a test that fails."""
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            reason = crash.message if crash else report.longreprtext.splitlines()[-1]
            self.failures.setdefault(report.nodeid, reason)


def captured() -> dict[str, str]:
    """Read each captured output and the register of strips, by their paths in the checkout."""
    files = [*sorted((ROOT / "examples").rglob("*.out")), ROOT / strips.REGISTER]
    return {pages.name(file): file.read_text() for file in files}


def platforms(texts: dict[str, str]) -> str:
    """Say on which CPython and platform the outputs were captured, without the date."""
    captured_on = strips.read(texts[strips.REGISTER]).values()
    return " and ".join(sorted({strip.rpartition(",")[0] for strip in captured_on})) or "nothing"


def counted(number: int, thing: str) -> str:
    """Write a number with its noun."""
    return f"{number} {thing}{'s' * (number != 1)}"


def described(test: str) -> str:
    """Give the sentence in which a test states its fact, or its id when there is none."""
    path, _, name = test.partition("::")
    if name:
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.FunctionDef) and node.name == name.partition("[")[0]:
                return ast.get_docstring(node) or test
    return test


def differences(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    """Give the lines of the report on outputs: page by page, each with its difference."""
    changed = [path for path, text in before.items() if text != after[path]]
    users = {path: sorted(pages.included().get(path, {"no page"})) for path in changed}
    for page in sorted({page for found in users.values() for page in found}):
        yield f"\n{page}"
        for path in (path for path in changed if page in users[path]):
            lines = list(
                difflib.unified_diff(
                    before[path].splitlines(), after[path].splitlines(), lineterm="", n=2
                )
            )[2:]
            added, removed = (sum(line[0] == sign for line in lines) for sign in "+-")
            yield f"  {path}: {counted(added, 'line')} added, {removed} removed"
            yield from (f"    {line}".rstrip() for line in lines)


def broken(run: Run, most: int = 8) -> Iterator[str]:
    """Give the facts that no longer hold, each with at most that many lines of what it said."""
    for test, reason in sorted(run.failures.items()):
        yield f"  {described(test)}"
        yield f"    {test}"
        yield from (f"    | {line}".rstrip() for line in reason.splitlines()[:most])


def report(before: dict[str, str], after: dict[str, str], run: Run) -> Iterable[str]:
    """Give the lines of the whole report.

    Args:
        before: the captured outputs and the register of strips as they were.
        after: the same as they are now.
        run: what the tests said.

    """
    old, new = (
        {path: text for path, text in texts.items() if path.endswith(".out")}
        for texts in (before, after)
    )
    changed = sum(text != new[path] for path, text in old.items())
    yield f"Before: {platforms(before)}"
    yield f"Now:    {platforms(after)}"
    yield f"{changed} of {counted(len(old), 'captured output')} changed."
    yield f"{len(run.failures)} of {counted(len(run.tests), 'test')} failed."
    yield from differences(old, new)
    if run.failures:
        yield "\nFacts that no longer hold"
    yield from broken(run)


def main(arguments: list[str]) -> int:
    """Run the tests in update mode and print the report; the status is that of pytest.

    Args:
        arguments: more options or paths for pytest.

    """
    before, run = captured(), Run()
    with contextlib.redirect_stdout(sys.stderr):
        status = pytest.main([*OPTIONS, *QUIET, *arguments], plugins=[run])
    if status in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        print("\n".join(report(before, captured(), run)))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
