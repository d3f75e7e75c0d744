"""Scoring on TaskIQ workers over Redis Streams, with real processes and a real Redis."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from examples.interpreters import rank
from examples.interpreters.harness import executors, handover, worker
from examples.interpreters.harness.taskiq import executor
from examples.interpreters.scale_out import sizes
from examples.interpreters.workloads import CANDIDATES, market

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "examples/interpreters/results/scale_out.json"


@pytest.mark.parametrize("name", ["run", "killed", "two_machines"])
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
    script = "import sys, examples.interpreters.harness.worker; assert 'taskiq' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)


def test_quick_sizes(tmp_path: Path) -> None:
    """The sweep of sizes compares both ways on equal results and writes a table."""
    file = tmp_path / "scale_out.json"
    command = [sys.executable, "-m", "examples.interpreters.scale_out.sizes", "--quick"]
    subprocess.run([*command, "--output", str(file)], cwd=ROOT, check=True, capture_output=True)
    assert [row["slices"] for row in json.loads(file.read_text())["rows"]] == [1, 4]
    assert file.with_suffix(".md").read_text().startswith("| slices | one process, ms |")


def test_interrupted_sizes_leave_nothing(tmp_path: Path) -> None:
    """Ctrl-C ends the pool, the workers and Redis, writes nothing, and says so in one line."""
    command = [sys.executable, "-m", "examples.interpreters.scale_out.sizes"]
    comparison = subprocess.Popen(
        [*command, "--output", str(tmp_path / "sizes.json")],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with comparison:
        assert comparison.stderr is not None
        # The second size: everything has run at least once.
        for line in comparison.stderr:
            if line == "4 slices\n":
                break
        family = psutil.Process(comparison.pid).children(recursive=True)
        os.killpg(comparison.pid, signal.SIGINT)
        errors = comparison.stderr.read().splitlines()
    assert len(family) >= 6
    assert psutil.wait_procs(family, timeout=300)[1] == []
    assert list(tmp_path.iterdir()) == []
    assert errors[-1] == "error: interrupted; nothing was written"
    assert not any(line.startswith("Traceback") for line in errors)


def test_committed_text_is_made_from_the_results() -> None:
    """The table and the sentences of the page are what the committed results give."""
    assert RESULTS.with_suffix(".md").read_text() == sizes.text(*sizes.read(RESULTS))


def planned(*ratios: float) -> list[sizes.Row]:
    """Give rows in which TaskIQ is so many times as fast as both its rivals."""
    return [
        sizes.Row(4**number, [ratio] * 9, [ratio] * 9, [1.0] * 9)
        for number, ratio in enumerate(ratios)
    ]


def test_size_that_pays_is_named() -> None:
    """The size is the first from which no larger one loses; a win before a loss does not count."""
    text = sizes.text(planned(0.5, 1.5, 0.9, 1.2, 1.8), 2).splitlines()
    assert text[-2:] == [
        "- Against one process, TaskIQ pays from 64 slices on.",
        "- Against one process with a pool, TaskIQ pays from 64 slices on.",
    ]


def test_size_that_never_pays_is_not_named() -> None:
    """When the largest job does not win, the page says so, with the ratio."""
    text = sizes.text(planned(1.5, 0.9), 2).splitlines()
    assert text[-1] == (
        "- Against one process with a pool, TaskIQ pays at no size up to 4 slices,"
        " where it takes 1.11 (1.11 to 1.11) times as long."
    )


def test_executor_gives_the_bits_of_the_direct_run() -> None:
    """Through Redis and two TaskIQ workers every workload gives the direct parts, types and all."""
    data = market.generate(rank.SEED, instruments=5, bars=300)
    with executor.TaskiqExecutor(2) as pool:
        executors.warm_up(pool, 2)
        for name, work in CANDIDATES.items():
            slices = work.prepare(data)
            sender = handover.Sender("objects", slices)
            direct = [work.run_slice(one) for one in slices]
            assert executors.run(pool, name, sender, 2) == direct
        with pytest.raises(KeyError, match="no such workload"):
            pool.submit(worker.run_chunk, "no such workload", "objects", ()).result(30)
        with pytest.raises(TypeError, match="no keyword arguments: payload"):
            pool.submit(worker.echo, payload=1)
