"""Every rule says what it says in whole sentences, with its own numbers."""

import ast
import re
from pathlib import Path

import pytest

from examples.triage import outcome
from examples.triage.rules.register import RULES
from examples.triage.rules.rule import Rule

TRIAGE = Path(outcome.__file__).parent
EDGE = {"__main__", "cli", "faults", "options"}
PURE = [
    *TRIAGE.glob("rules/*.py"),
    *(path for path in TRIAGE.glob("*.py") if path.stem not in EDGE),
]
CAUSES = {
    "await-cycle",
    "blocking-io",
    "cpu-bound",
    "lost-work",
    "missing-cancellation",
    "runaway-tasks",
    "starvation",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_told_in_sentences(rule: type[Rule]) -> None:
    """Each rule has a known cause, a page, and whole sentences."""
    for text in (rule.condition, rule.sentence, rule.why):
        assert re.fullmatch(r"[A-Z`].*\.", text), text
    assert rule.cause in CAUSES
    assert re.fullmatch(r"runbook/[\w/-]+\.md(#[\w-]+)?", rule.page)
    assert rule().threshold


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_numbers_of_the_threshold_are_those_of_the_rule(rule: type[Rule]) -> None:
    """A number that changes changes its sentence, so none is typed twice."""
    before = rule().threshold
    numbers = {
        name: getattr(rule, name)
        for name in dir(rule)
        if not name.startswith("_") and type(getattr(rule, name)) in {int, float}
    }
    changed = type("Changed", (rule,), {name: value * 3 + 1 for name, value in numbers.items()})

    assert changed().threshold != before or not numbers


def judged_by_hand() -> list[str]:
    """Give the source of each test that judges a case made by hand."""
    return [
        ast.unparse(node)
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def test_each_rule_is_judged_by_hand() -> None:
    """No rule comes without a test that names it, beside those of what it is silent about."""
    tests = judged_by_hand()
    counts = {rule.id: sum(repr(rule.id) in test for test in tests) for rule in RULES}

    assert [rule for rule, count in counts.items() if not count] == []


def test_ids_are_unique() -> None:
    """No two rules have one id, and each has the name of its module."""
    assert len({rule.id for rule in RULES}) == len(RULES)
    modules = {rule.id: rule.__module__.rpartition(".")[2].replace("_", "-") for rule in RULES}
    assert modules == {name: name for name in modules}


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.stem)
def test_judgement_never_reads(path: Path) -> None:
    """What judges imports nothing that reads a process or prints, so it can judge a capture."""
    imported = {
        name
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else []
        )
    }
    forbidden = ("examples.triage.read", "examples.triage.say", "os", "pathlib", "socket", "sys")

    assert [name for name in imported if name.startswith(forbidden)] == []
