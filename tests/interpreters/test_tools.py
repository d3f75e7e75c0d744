"""The figures behind the decision table order the tools as it says."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from examples.interpreters.harness import requests
from examples.interpreters.report import tools

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "examples/interpreters/results"
RUNS = ("bench.json", "bench-again.json")


def read(name: str) -> dict[str, Any]:
    """Read the results of a committed run."""
    found: dict[str, Any] = json.loads((RESULTS / name).read_text())
    return found


@pytest.mark.parametrize("name", tools.PAGES)
def test_tables_are_made_from_the_results(name: str, tmp_path: Path) -> None:
    """The committed table is, byte for byte, what the results give."""
    tools.write(tools.read(RESULTS / "tools.json"), tmp_path)
    assert (RESULTS / name).read_text() == (tmp_path / name).read_text(), "run 'make bench-tools'"


def test_figures_order_the_tools() -> None:
    """The committed figures say what the decision table says in words."""
    measured = read("tools.json")
    waits = {tool: median(values) for tool, values in measured["waits"]["rows"].items()}
    assert waits["asyncio"] < waits["thread"] / 2
    cells = measured["more_workers"]["cells"]
    gains = [
        {
            name: median(cell["candidates"]["direct/memoryview"]["values"]) / median(row["values"])
            for name, row in cell["candidates"].items()
        }
        for cell in cells
    ]
    assert cells[1]["workers"] == 2 * cells[0]["workers"] == 2 * measured["machine"]["cpus"]
    for gain in gains:
        assert gain["thread/memoryview"] < 1.2
    for name in ("forkserver/packed", "interpreter/packed"):
        assert gains[0][name] > 1.6
        # Workers beyond the CPUs of the machine bring nothing more.
        assert gains[1][name] < 1.2 * gains[0][name]


@pytest.mark.parametrize("name", RUNS)
def test_both_runs_order_the_tools(name: str) -> None:
    """In each run an empty call, a list, a buffer and a first pool cost what the table says."""
    run = read(name)
    cost = run["workloads"]["call_cost"]
    assert cost["direct"] < cost["thread"] < min(cost["forkserver"], cost["interpreter"])
    assert max(cost["forkserver"], cost["interpreter"]) < 0.2e-3
    (cell,) = (one for one in run["hand_over"]["cells"] if one["payload"] == 1_000_000)
    took = {form: median(row["hand_overs"]) for form, row in cell["candidates"].items()}
    assert took["interpreter/objects"] > took["forkserver/objects"]
    assert took["interpreter/memoryview"] < took["forkserver/packed"]
    first = {
        row["kind"]: median(row["first"])
        for row in run["start_up"]["rows"]
        if row["module"] == "light"
    }
    assert first["thread"] < first["fork"] < first["interpreter"] < first["forkserver"]


def test_runs_disagree_on_the_cost_of_a_call() -> None:
    """As the page says, one run finds processes quicker, the other interpreters."""
    costs = [read(name)["workloads"]["call_cost"] for name in RUNS]
    quicker = {cost["interpreter"] < cost["forkserver"] for cost in costs}
    page = (ROOT / "docs/concurrency/proofs.md").read_text()
    assert (len(quicker) == 2) == ("do not agree which of processes and interpreters" in page)


def test_a_request_pays_for_a_pool_that_is_busy() -> None:
    """A short request takes under 1 ms in the loop, and many times as long beside a batch."""
    rows = read("tools.json")["requests"]["rows"]
    alone, beside = (
        {kind: median(row[case]) for kind, row in rows.items()} for case in ("alone", "batch")
    )
    assert alone["direct"] < 1e-3
    assert alone["direct"] <= alone["interpreter"]
    assert all(beside[kind] > 10 * alone[kind] for kind in rows)


def test_busy_pool_delays_requests_here_and_now() -> None:
    """The delay is measured again with a real service and real requests."""
    rows = asyncio.run(requests.measure(5))
    assert median(rows["interpreter"]["batch"]) > 3 * median(rows["interpreter"]["alone"])


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (None, "FileNotFoundError"),
        ("no", "ResultsError: .* is no JSON"),
        ("[]", "ResultsError: .* is incomplete"),
        ('{"date": "", "machine": {}}', "ResultsError: .* is incomplete"),
    ],
)
def test_bad_results_are_refused(text: str | None, error: str, tmp_path: Path) -> None:
    """A file that is not there, or holds no results, ends in one line and status 1."""
    file = tmp_path / "tools.json"
    if text is not None:
        file.write_text(text)
    command = [sys.executable, "-m", "examples.interpreters.report.tools", str(file)]
    done = subprocess.run(
        [*command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert re.fullmatch(rf"error: {error}.*\n", done.stderr)
