"""The gate: adopt, do not adopt, undecided, refused."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from examples.interpreters import breakeven, gate
from examples.interpreters.fleet import Contestant, fleet
from examples.interpreters.workloads import CANDIDATES
from tests.interpreters import planted

ROOT = Path(__file__).resolve().parents[2]
MARGINS = tomllib.loads(gate.MARGINS.read_text())


def run(folder: Path, results: Any) -> tuple[int, str]:
    """Run the command on results; give its exit status and what it printed."""
    file = folder / "results.json"
    file.write_text(json.dumps(results))
    command = [sys.executable, "-m", "examples.interpreters.gate", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def cell(*, wall: float = 0.010, spread: float = 0.01) -> dict[str, Any]:
    """Give a cell of the map in which the interpreter pool takes `wall` seconds."""
    planned = planted.results(wall=wall, spread=spread)["workloads"]["cells"]["scoring"]
    return {"slice_ms": 1, "payload": 1000, "contestants": planned["contestants"]}


def test_adopt(tmp_path: Path) -> None:
    """A clear win within all limits is adopted with status 0, and each line says why."""
    status, text = run(tmp_path, planted.results())
    assert status == 0
    assert text.startswith("scoring: adopt\n")
    assert "interpreter/memoryview is 1.50" in text
    assert "4.00 times as today's taskiq/objects, 2.00 times as today's forkserver/objects" in text


def test_a_worker_is_an_alternative(tmp_path: Path) -> None:
    """When the TaskIQ workers of today are the fastest, the interpreter pool has to beat them."""
    results = planted.results()
    rows = results["workloads"]["cells"]["scoring"]["contestants"]
    rows["taskiq/objects"] = planted.contestant(0.0101)
    status, text = run(tmp_path, results)
    assert status == 1
    assert "times as fast as taskiq/objects" in text


@pytest.mark.parametrize("form", MARGINS["today"]["forms"])
def test_results_without_a_form_of_today_are_refused(tmp_path: Path, form: str) -> None:
    """Results that lack a form that is used today are incomplete: status 3."""
    results = planted.results()
    del results["workloads"]["cells"]["scoring"]["contestants"][form]
    status, text = run(tmp_path, results)
    assert status == 3
    assert text == f"refused: incomplete: scoring was not run as today: {form}\n"


def test_a_pickled_list_flips_the_verdict(tmp_path: Path) -> None:
    """The same workload that hands over a large list is not adopted: status 1."""
    status, text = run(tmp_path, planted.results("objects", wall=0.060))
    assert status == 1
    assert text.startswith("scoring: do not adopt\n")
    assert "- throughput" in text
    assert "- serialization: objects takes 1400.0% of a slice" in text


def test_serialization_alone_can_forbid(tmp_path: Path) -> None:
    """However fast, a hand-over that costs more than the limit is not adopted."""
    assert run(tmp_path, planted.results("objects"))[0] == 1


def test_noise_is_undecided(tmp_path: Path) -> None:
    """Rounds that spread beyond the limit decide nothing: status 2."""
    status, text = run(tmp_path, planted.results(spread=0.6))
    assert status == 2
    assert text.startswith("scoring: undecided\n")


def test_a_win_below_the_margin_is_not_adopted(tmp_path: Path) -> None:
    """Faster by less than the margin is no reason to adopt."""
    assert run(tmp_path, planted.results(wall=0.0145))[0] == 1


def test_an_interval_over_the_margin_is_undecided() -> None:
    """When the margin lies inside the interval, more data is wanted."""
    verdict, _ = gate.judge("scoring", planted.results(wall=0.0137, spread=0.08), MARGINS)
    assert verdict is gate.Verdict.UNDECIDED


def _unequal(results: Any) -> None:
    results["workloads"]["cells"]["scoring"]["equal"] = False


def _hungry(results: Any) -> None:
    results["workloads"]["memory"]["interpreter"]["pss"] = 50e6


@pytest.mark.parametrize("spoil", [_unequal, _hungry])
def test_a_broken_rule_forbids(spoil: Callable[[Any], None]) -> None:
    """Unequal results or too much memory forbid whatever the speed."""
    results = planted.results()
    assert gate.judge("scoring", results, MARGINS)[0] is gate.Verdict.ADOPT
    spoil(results)
    assert gate.judge("scoring", results, MARGINS)[0] is gate.Verdict.DO_NOT_ADOPT


@pytest.mark.parametrize(
    ("key", "value"), [("runs_in", "api"), ("must_be_killable", True), ("must_be_killable", None)]
)
def test_what_is_declared_forbids(key: str, value: object) -> None:
    """A workload in an API process, or one that must be killable, or undeclared, is not adopted."""
    margins = tomllib.loads(gate.MARGINS.read_text())
    margins["workload"]["scoring"][key] = value
    assert gate.judge("scoring", planted.results(), margins)[0] is gate.Verdict.DO_NOT_ADOPT


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"date": "2025-01-01T00:00:00Z"}, "refused: old: "),
        ({"machine": {"cpython": "3.14.0"}}, "refused: measured on CPython 3.14.0, not "),
        ({"quick": True}, "refused: incomplete: a --quick run"),
        ({"schema": 0}, "refused: schema 0 is not 1"),
        ({"serialization": None}, "refused: "),
        ({"workloads": {"memory": {}}}, "refused: incomplete: no 'cells'"),
    ],
)
def test_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """Results that are old, of another CPython, or incomplete end in one line and status 3."""
    results = planted.results() | change
    if results["serialization"] is None:
        del results["serialization"]
    status, text = run(tmp_path, results)
    assert status == 3
    assert text.startswith(message)
    assert text.count("\n") == 1


def test_too_few_rounds_are_refused(tmp_path: Path) -> None:
    """A contestant with fewer rounds than the policy wants makes the results incomplete."""
    results = planted.results()
    rows = results["workloads"]["cells"]["scoring"]["contestants"]
    rows["interpreter/memoryview"]["walls"] = rows["interpreter/memoryview"]["walls"][:3]
    assert run(tmp_path, results)[0] == 3


def test_a_real_list_loses_and_a_real_buffer_wins() -> None:
    """Measured, not planted: 1 MB as a list costs an interpreter pool the lead of a buffer."""
    contestants = [
        Contestant("direct", "memoryview"),
        Contestant("forkserver", "objects"),
        Contestant("interpreter", "objects"),
        Contestant("interpreter", "memoryview"),
    ]
    trips: dict[str, float] = {}
    with fleet(contestants, 1) as ships:
        ships.open()
        ships.load("kernel", 0.0, steps=10, payload=1_000_000, slices=1)
        for one in contestants[1:]:
            # The quickest trip is the one that other tests disturbed least.
            trips[str(one)] = min(ships.hosts[one.kind].ask("trips", form=one.form, count=9))
    assert trips["interpreter/objects"] > 1.5 * trips["forkserver/objects"]
    assert trips["interpreter/memoryview"] < trips["forkserver/objects"] / 5


def test_map_calls_a_small_lead_undecided() -> None:
    """A lead whose interval reaches below the decisive ratio is no win."""
    won = breakeven.winner(cell(wall=0.0138, spread=0.08)["contestants"])
    assert (won.word, won.family) == ("undecided", "interpreter")
    won = breakeven.winner(cell()["contestants"])
    assert (won.word, won.family, won.rival) == ("interpreter", "interpreter", "forkserver/packed")


def test_map_calls_a_tie_level() -> None:
    """A lead that lies within the decisive ratio, whole interval and all, is a tie."""
    assert breakeven.winner(cell(wall=0.0147)["contestants"]).word == "level"


def test_map_wants_times_that_are_apart() -> None:
    """However clear the ratios of the rounds, times that overlap decide nothing."""
    walls = [0.01 * 1.2**number for number in range(planted.ROUNDS)]
    rows = {
        "interpreter/packed": {"walls": walls},
        "fork/packed": {"walls": [1.3 * one for one in walls]},
    }
    won = breakeven.winner(rows)
    assert won.advantage.low > breakeven.DECISIVE
    assert won.word == "undecided"


def test_runs_that_disagree_are_named() -> None:
    """A cell that one run decides and another family wins in the other is reported."""
    fast, slow, near = ({"cells": [cell(wall=wall)]} for wall in (0.010, 0.030, 0.0155))
    assert breakeven.disagreements(fast, slow) == ["1 ms, 1 kB: interpreter, then process"]
    assert breakeven.disagreements(near, fast) == ["1 ms, 1 kB: process, then interpreter"]
    assert breakeven.disagreements(fast, fast) == []
    assert breakeven.disagreements(near, {"cells": [cell(wall=0.0147)]}) == []


def test_bad_input(transcript: Callable[..., None]) -> None:
    """A file that holds no results is refused in one line, as the page shows."""
    transcript("examples/interpreters/gate.out")


def test_every_candidate_is_declared() -> None:
    """The margins say of each workload where it runs and whether it has to be killable."""
    assert set(MARGINS["workload"]) == set(CANDIDATES)
