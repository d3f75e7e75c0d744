"""Modules stay small enough to be read in one go."""

import ast
from pathlib import Path

import pytest

from tests.support.transcripts import ROOT

LONGEST = 400  # lines
MODULES = [
    path
    for folder in ("docs/hooks", "examples", "scripts", "tests")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
TESTS = [path for path in MODULES if path.name.startswith("test_")]


def test_no_module_is_too_long() -> None:
    """A module that grows beyond 400 lines is divided by what it does."""
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in MODULES
    }

    assert MODULES
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_each_test_says_what_it_holds(path: Path) -> None:
    """Every test has a docstring of one sentence or a few, which a report can show."""
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
    ]

    assert [node.name for node in functions if not ast.get_docstring(node)] == []
