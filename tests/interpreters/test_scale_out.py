"""Scoring on TaskIQ workers over Redis Streams, with real processes and a real Redis."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "examples/interpreters/results/scale_out.json"


@pytest.mark.parametrize("name", ["run", "killed"])
def test_run(name: str, transcript: Callable[..., None]) -> None:
    """All results come and equal the direct run, also when a worker is killed inside a task."""
    transcript(f"examples/interpreters/scale_out/{name}.out")


def test_interpreters_give_the_same_results() -> None:
    """Workers that run slices in interpreter pools give the direct result too."""
    command = [sys.executable, "examples/interpreters/scale_out/run.py", "--pool", "interpreter"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "equal to the direct run: True" in done.stdout


def test_workers_stay_importable_without_taskiq() -> None:
    """What a pool imports does not import taskiq, which does not load in a subinterpreter."""
    script = "import sys, examples.interpreters.worker; assert 'taskiq' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_quick_sizes(tmp_path: Path) -> None:
    """The sweep of sizes compares both ways on equal results and writes a table."""
    file = tmp_path / "scale_out.json"
    command = [sys.executable, "-m", "examples.interpreters.scale_out.sizes", "--quick"]
    subprocess.run([*command, "--output", str(file)], cwd=ROOT, check=True, capture_output=True)
    assert [row["slices"] for row in json.loads(file.read_text())["rows"]] == [1, 4]
    assert file.with_suffix(".md").read_text().startswith("| slices | one process, ms |")


def test_committed_table_is_made_from_the_results() -> None:
    """The table of the page is what the committed results give."""
    from examples.interpreters.scale_out import sizes  # noqa: PLC0415 # it loads taskiq

    assert RESULTS.with_suffix(".md").read_text() == sizes.table(json.loads(RESULTS.read_text()))
