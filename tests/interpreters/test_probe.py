"""The compatibility map holds for the pinned packages, and the probe tells outcomes apart."""

import asyncio
import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from examples import lab
from examples.interpreters.compatibility import probe

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "examples/interpreters/results/compatibility.json"
AGAIN = "run 'make probe' and review the map"


@pytest.fixture(scope="module")
def captured() -> dict[str, dict[str, Any]]:
    """Give the committed rows by package."""
    return {row["name"]: row for row in json.loads(RESULTS.read_text())["rows"]}


def test_every_package_is_in_the_map(captured: dict[str, dict[str, Any]]) -> None:
    """The map has a row for each entry, of the version that is installed."""
    assert list(captured) == [entry["name"] for entry in probe.packages()], AGAIN
    stale = [
        name
        for name, row in captured.items()
        if row["group"] != "stdlib" and metadata.version(name) != row["version"]
    ]
    assert not stale, f"{', '.join(stale)}: {AGAIN}"


def test_each_package_works_in_the_main_interpreter(captured: dict[str, dict[str, Any]]) -> None:
    """As the page says, no package is broken where asyncio, threads and processes run."""
    page = (ROOT / "docs/concurrency/compatibility.md").read_text()
    assert "Each package works in the main interpreter" in page
    assert [name for name, row in captured.items() if row["verdict"] == "broken here"] == []


@pytest.mark.timeout(900)
def test_the_map_holds(captured: dict[str, dict[str, Any]]) -> None:
    """Used again in a subinterpreter, each package does what its row says."""
    entries = probe.packages()

    async def observe_all() -> list[probe.Outcome]:
        width = asyncio.Semaphore(os.process_cpu_count() or 1)

        async def one(entry: dict[str, str], url: str) -> probe.Outcome:
            async with width:
                return await probe.observe(entry, "sub", url)

        async with lab.redis() as url:
            return await asyncio.gather(*(one(entry, url) for entry in entries))

    changed = []
    for entry, outcome in zip(entries, asyncio.run(observe_all()), strict=True):
        row = captured[entry["name"]]
        kind = "ok" if row["verdict"] in {"works", "falls back"} else row["verdict"]
        if (outcome.kind, outcome.text or outcome.core) != (kind, row["sub"]):
            changed.append(f"{entry['name']}: was {kind} {row['sub']!r}, is {outcome}")
    assert not changed, "\n".join([*changed, AGAIN])


@pytest.mark.parametrize(
    ("use", "core", "expected"),
    [
        ("pass", "1", "works"),
        ("import readline", "1", "import error"),
        ("import os; os.fork() or os._exit(0)", "1", "error"),
        ("import _interpreters", "_interpreters.get_current()[0]", "falls back"),
        ("raise LookupError('nowhere')", "1", "broken here"),
    ],
)
def test_verdicts(use: str, core: str, expected: str) -> None:
    """Working, falling back, a refused import and an error in use are told apart."""
    entry = {"name": "x", "group": "stdlib", "use": use, "core": core}

    async def both() -> str:
        main, sub = [await probe.observe(entry, where, "") for where in ("main", "sub")]
        return probe.verdict(main, sub)

    assert asyncio.run(both()) == expected


@pytest.mark.parametrize(
    ("use", "kind"),
    [("import os; os.kill(os.getpid(), 11)", "crash"), ("while True: pass", "hang")],
)
def test_crash_and_hang(use: str, kind: str) -> None:
    """A crash and a hang of one use are results, not the end of the probe."""
    entry = {"name": "x", "group": "stdlib", "use": use}
    assert asyncio.run(probe.observe(entry, "sub", "", patience=3.0)).kind == kind


def test_unknown_package_is_refused() -> None:
    """A package that is not listed ends in one line and status 2."""
    command = [
        sys.executable,
        "-m",
        "examples.interpreters.compatibility.probe",
        "--package",
        "nosuch",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "probe: error: unknown package nosuch"


def test_tables_are_made_from_the_results() -> None:
    """The tables of the page are what the committed results give."""
    results = json.loads(RESULTS.read_text())
    packages = probe.table(results, {"service", "storage", "tasks", "data"})
    assert RESULTS.with_suffix(".md").read_text() == packages
    assert RESULTS.with_name("compatibility-stdlib.md").read_text() == probe.table(
        results, {"stdlib"}
    )
