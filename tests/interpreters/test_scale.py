"""The model that predicts more cores than were measured."""

import json
import re
from concurrent.futures import process
from pathlib import Path
from statistics import median

import pytest

from examples.interpreters.analysis import run, scale
from examples.interpreters.report import scale as report

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "examples/interpreters/results"
FREE = scale.Costs(submit=0.0, there=0.0, back=0.0, gap=0.0)


@pytest.mark.parametrize("workers", [1, 2, 64])
def test_calls_that_cost_nothing_scale_with_the_workers(workers: int) -> None:
    """Without any cost the share is whole, whatever the number of workers."""
    assert scale.share(FREE, 0.01, 64 * workers, workers) == pytest.approx(1.0)


def test_a_gap_costs_each_call() -> None:
    """A gap of a tenth of a slice leaves ten elevenths, and a tenth of that with ten a call."""
    costs = scale.Costs(submit=0.0, there=0.0, back=0.0, gap=0.001)
    assert scale.share(costs, 0.01, 11_000, 1) == pytest.approx(10 / 11, rel=1e-3)
    assert scale.share(costs, 0.01, 11_000, 1, chunk=10) == pytest.approx(100 / 101, rel=1e-3)


def test_a_last_call_that_is_alone_leaves_workers_idle() -> None:
    """Three calls on two workers take as long as four."""
    assert scale.wall(FREE, 0.01, 3, 2) == scale.wall(FREE, 0.01, 4, 2) == 0.02


def test_the_caller_is_the_ceiling() -> None:
    """Beyond the workers that one caller can keep busy, more of them bring nothing."""
    costs = scale.Costs(submit=0.001, there=0.0, back=0.001, gap=0.0)
    assert scale.ceiling(costs, 0.01) == (5.0, 10.0)
    assert scale.wall(costs, 0.01, 1000, 20) == scale.wall(costs, 0.01, 1000, 40)


def test_the_model_agrees_with_both_runs() -> None:
    """On one and two workers each prediction is within 5 % of the measured median."""
    for name in ("bench.json", "bench-again.json"):
        results = json.loads((RESULTS / name).read_text())
        pairs = re.findall(r"\| (\d\.\d\d) \| (\d\.\d\d) \(", report.tested(run.parse(results)))
        assert len(pairs) == 8
        for predicted, measured in pairs:
            assert float(predicted) == pytest.approx(float(measured), rel=0.05), name


def test_what_the_page_says_of_gaps() -> None:
    """A process pool queues a call ahead; an interpreter pool has wider gaps and fewer slices."""
    assert process.EXTRA_QUEUED_CALLS == 1
    for name in ("bench.json", "bench-again.json"):
        results = json.loads((RESULTS / name).read_text())
        gaps = results["profile"]["cells"][0]["candidates"]
        wide, narrow = (gaps[f"{kind}/packed"]["gap"] for kind in ("interpreter", "forkserver"))
        assert median(wide) > median(narrow)
        rows = results["ceiling"]["cells"][-1]["candidates"]
        assert rows["interpreter/packed"]["chunk"] < rows["forkserver/packed"]["chunk"]


def test_a_model_without_gaps_does_not_agree_with_itself() -> None:
    """The test of the model can fail: with gaps of a whole slice, no row is inside."""
    results = json.loads((RESULTS / "bench.json").read_text())
    for row in results["profile"]["cells"][0]["candidates"].values():
        row["gap"] = [0.01] * len(row["gap"])
    assert "inside the measured interval in 0 of 8 rows" in report.tested(run.parse(results))
