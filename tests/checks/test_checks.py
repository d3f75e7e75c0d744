"""The checks of the policy page find planted faults, and pass what is sound."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from examples.checks import runtime_rules, slice_check
from tests.support.transcripts import ROOT

HERE = "examples/checks"


@pytest.mark.parametrize("name", sorted(path.stem for path in (ROOT / HERE).glob("*.out")), ids=str)
def test_output(transcript: Callable[..., None], name: str) -> None:
    """Each check says now what it said when its output was captured."""
    transcript(f"{HERE}/{name}.out")


def rules(source: str) -> list[str]:
    """Return the rules that a piece of source breaks, in order of their place."""
    return [finding.rule for finding in runtime_rules.Checker("x.py").check(source)]


@pytest.mark.parametrize(
    ("source", "broken"),
    [
        ("async def f(): await asyncio.open_connection('h', 1)", ["RP-01"]),
        ("async def f(r): await r.readline()", ["RP-01"]),
        ("c = httpx.AsyncClient(timeout=None)", ["RP-01"]),
        ("c = Redis(socket_timeout=None)", ["RP-01"]),
        ("q = asyncio.Queue()", ["RP-03"]),
        ("q = asyncio.PriorityQueue(maxsize=0)", ["RP-03"]),
        ("asyncio.create_task(f())", ["RP-05"]),
        ("asyncio.ensure_future(f())", ["RP-05"]),
        ("group.create_task(anext(messages))", ["RP-06"]),
        ("asyncio.create_task(m.__anext__(), name='next')", ["RP-06"]),
        ("import fastapi\nfrom concurrent.futures import InterpreterPoolExecutor", ["RP-09"]),
        ("from concurrent import interpreters\nimport taskiq", ["RP-09"]),
    ],
)
def test_breach_is_found(source: str, broken: list[str]) -> None:
    """Each rule turns red on a breach of it."""
    assert rules(source) == broken


@pytest.mark.parametrize(
    "source",
    [
        "async def f(r):\n    async with asyncio.timeout(5): await r.readline()",
        "async def f(r): await asyncio.wait_for(r.readline(), 5)",
        "c = httpx.AsyncClient(timeout=5)",
        "q = asyncio.Queue(100)",
        "q = asyncio.Queue(maxsize=limit)",
        "q = multiprocessing.Queue()",
        "asyncio.create_task(f(), name='poll')",
        "group.create_task(f())",
        "from concurrent.futures import InterpreterPoolExecutor",
        "import fastapi\nfrom concurrent.futures import ProcessPoolExecutor",
    ],
)
def test_sound_code_passes(source: str) -> None:
    """No rule turns red on code that keeps it."""
    assert rules(source) == []


def test_deadline_ends_with_its_block() -> None:
    """A wait after the block of a deadline is not covered by it."""
    source = "async def f(r):\n    async with asyncio.timeout(5): pass\n    await r.readline()"

    assert rules(source) == ["RP-01"]


@pytest.mark.parametrize("incident", ["stuck_await", "leaked_task", "blocking_call"])
def test_rules_find_the_fault_of_an_incident(incident: str) -> None:
    """The rules would have stopped three incidents of the runbook before production."""
    source = (ROOT / f"examples/incidents/{incident}/repro.py").read_text()

    assert rules(source)


@pytest.mark.parametrize("path", ["nowhere.py", "examples/checks/Procfile"])
def test_file_that_is_not_python_is_refused(path: str) -> None:
    """A file that cannot be read or parsed is one line and status 2."""
    done = run(sys.executable, "-m", "examples.checks.runtime_rules", path)

    assert done.returncode == 2
    assert re.fullmatch(rf"runtime_rules: error: {path}: .+\n", done.stderr)


def test_every_workload_may_run_in_an_interpreter() -> None:
    """The workloads of this project load in an interpreter, with the standard library alone."""
    folder = ROOT / "examples/interpreters/workloads"
    modules = [f"examples.interpreters.workloads.{path.stem}" for path in folder.glob("*.py")]

    assert modules
    assert {name: slice_check.verdict(name) for name in modules} == dict.fromkeys(modules, "")


def test_package_that_loads_may_still_be_foreign() -> None:
    """A package in pure Python from outside the standard library is named."""
    assert slice_check.verdict("examples.lab.embedded_redis") != ""
    assert slice_check.verdict("examples.nowhere") == "No module named 'examples.nowhere'"


def test_import_contract_is_broken_by_a_forbidden_import(tmp_path: Path) -> None:
    """The contract turns red when a slice imports what the contract forbids."""
    config = (ROOT / HERE / "import-contracts.toml").read_text()
    planted = tmp_path / "contracts.toml"
    planted.write_text(config.replace("forbidden_modules = [", 'forbidden_modules = [\n  "math",'))
    done = run("lint-imports", str(planted))

    assert done.returncode == 1
    assert "BROKEN" in done.stdout


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command from the root of the checkout."""
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
