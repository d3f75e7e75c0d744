"""The gate: adopt, do not adopt, undecided, refused."""

import dataclasses
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from examples.interpreters.analysis import margins, results
from examples.interpreters.analysis.judgement import Judgement, Line, Verdict, judge
from examples.interpreters.harness.pools import Candidate, open_pools
from examples.interpreters.workloads import CANDIDATES
from tests.interpreters import planted

ROOT = Path(__file__).resolve().parents[2]
MARGINS = margins.read()
CLOSE = 0.0101  # seconds in which a rival of the planted interpreter pool is as good as equal
OTHER = {"cpython": "3.14.0", "cpus": 2, "load_before": 0.1}
Rows = dict[str, dict[str, Any]]


def run(folder: Path, *runs: Any) -> tuple[int, str]:
    """Run the command on results; give its exit status and what it printed."""
    command = [sys.executable, "-m", "examples.interpreters.gate"]
    for number, one in enumerate(runs):
        file = folder / f"{number}.json"
        file.write_text(json.dumps(one))
        command.append(str(file))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def rows(run: Any) -> Rows:
    """Give the rows of the planted workload."""
    found: Rows = run["workloads"]["cells"]["scoring"]["candidates"]
    return found


def judged(run: Any, wanted: margins.Margins = MARGINS) -> Judgement:
    """Judge the planted workload."""
    return judge("scoring", results.parse(run), wanted)


def line(judgement: Judgement, name: str) -> Line:
    """Give the line of this name."""
    (found,) = (line for line in judgement.lines if line.name == name)
    return found


def test_adopt(tmp_path: Path) -> None:
    """A clear win within all limits is adopted with status 0, and each line says why."""
    status, text = run(tmp_path, planted.results())
    assert status == 0
    assert text.startswith(
        "scoring: adopt\n  out of the loop: yes; executor: interpreter pool, memoryview\n"
    )
    assert "as fast as forkserver/packed, their best form, and 2.00" in text
    assert "as fast as forkserver/objects, today's form" in text
    assert "woke late by up to 18.00 ms with direct/memoryview, 19.00 ms with thread" in text
    assert "  - " not in text


@pytest.mark.parametrize(
    ("rival", "name"),
    [
        ("thread/memoryview", "threads"),
        ("forkserver/packed", "process pools"),
        ("taskiq/objects", "TaskIQ workers"),
    ],
)
def test_each_alternative_has_to_be_beaten(rival: str, name: str) -> None:
    """One alternative that is as fast, on throughput and latency, forbids the interpreter pool."""
    planned = planted.results()
    rows(planned)[rival] = planted.candidate(CLOSE)
    judgement = judged(planned)
    assert judgement.verdict is Verdict.DO_NOT_ADOPT
    against = {f"throughput against {name}", f"latency of a slice against {name}"}
    assert against == {line.name for line in judgement.lines if line.verdict is not Verdict.ADOPT}


def test_latency_alone_is_enough() -> None:
    """A pool that ties on throughput and wins on the latency of a slice is adopted."""
    planned = planted.results()
    rows(planned)["forkserver/packed"]["values"] = planted.candidate(CLOSE)["values"]
    judgement = judged(planned)
    assert line(judgement, "throughput against process pools").verdict is Verdict.DO_NOT_ADOPT
    assert judgement.verdict is Verdict.ADOPT


def test_speed_has_to_hold_on_one_measure() -> None:
    """A win over threads on throughput and over processes on latency is no win over both."""
    planned = planted.results()
    rows(planned)["forkserver/packed"]["values"] = planted.candidate(CLOSE)["values"]
    rows(planned)["thread/memoryview"]["p50"] = planted.candidate(CLOSE)["p50"]
    assert judged(planned).verdict is Verdict.DO_NOT_ADOPT


def test_the_direct_run_is_no_alternative() -> None:
    """A slice that answers sooner in the loop than in any executor may still move out of it."""
    planned = planted.results()
    rows(planned)["direct/memoryview"]["p50"] = planted.candidate(0.005)["p50"]
    assert judged(planned).verdict is Verdict.ADOPT


def test_a_short_slice_without_gain_stays_in_the_loop(tmp_path: Path) -> None:
    """When a slice hardly blocks the loop and no executor is faster, it stays where it is."""
    planned = planted.results()
    rows(planned)["direct/memoryview"] = planted.candidate(0.0105) | {
        key: planted.candidate(0.0005)[key] for key in ("p50", "p95")
    }
    status, text = run(tmp_path, planned)
    assert status == 1
    assert "out of the loop: no; executor: none: it stays in the loop" in text


def test_a_slice_that_blocks_leaves_the_loop_without_gain() -> None:
    """A slice that blocks the loop for longer than allowed moves, however slow the executors."""
    planned = planted.results()
    rows(planned)["direct/memoryview"]["values"] = planted.candidate(0.001)["values"]
    judgement = judged(planned)
    assert line(judgement, "gain of the batch").verdict is Verdict.DO_NOT_ADOPT
    assert judgement.out_of_loop is Verdict.ADOPT


def test_a_block_near_the_limit_is_undecided() -> None:
    """When the limit lies inside the interval of the lag, the first question is open."""
    planned = planted.results()
    rows(planned)["direct/memoryview"] = planted.candidate(0.0105) | {
        "p95": planted.candidate(MARGINS.lag, 0.2)["p95"]
    }
    judgement = judged(planned)
    assert judgement.out_of_loop is Verdict.UNDECIDED
    assert judgement.verdict is Verdict.UNDECIDED


def test_today_decides_when_the_margins_say_so() -> None:
    """The same results are adopted when today's form decides, and not when the best form does."""
    planned = planted.results()
    rows(planned)["forkserver/packed"] = planted.candidate(CLOSE)
    assert judged(planned).verdict is Verdict.DO_NOT_ADOPT
    judgement = judged(planned, dataclasses.replace(MARGINS, decides="today"))
    assert judgement.verdict is Verdict.ADOPT
    text = line(judgement, "throughput against process pools").text
    assert "as fast as forkserver/objects, today's form, and 1.01" in text


def test_margins_know_two_ways_to_decide(tmp_path: Path) -> None:
    """Margins that name neither form are refused."""
    file = tmp_path / "gate.toml"
    file.write_text(margins.FILE.read_text().replace('decides = "best"', 'decides = "worst"'))
    with pytest.raises(ValueError, match="neither best nor today"):
        margins.read(file)


@pytest.mark.parametrize("form", MARGINS.today.values())
def test_results_without_a_form_of_today_are_refused(tmp_path: Path, form: str) -> None:
    """Results that lack a form that is used today are incomplete: status 3."""
    planned = planted.results()
    del rows(planned)[form]
    status, text = run(tmp_path, planned)
    assert status == 3
    assert text == f"refused: incomplete: scoring was not run as today: {form}\n"


@pytest.mark.parametrize("key", ["user", "system"])
def test_results_without_cpu_are_refused(tmp_path: Path, key: str) -> None:
    """Results that lack the CPU time of one executor are incomplete: status 3."""
    planned = planted.results()
    del rows(planned)["taskiq/objects"][key]
    status, text = run(tmp_path, planned)
    assert status == 3
    assert text == f"refused: incomplete: no CPU time of scoring, taskiq/objects: {key}\n"


@pytest.mark.parametrize(
    ("cpu", "verdict"),
    [(0.4, Verdict.ADOPT), (0.55, Verdict.UNDECIDED), (0.7, Verdict.DO_NOT_ADOPT)],
)
def test_cpu_can_forbid(cpu: float, verdict: Verdict) -> None:
    """However fast, a pool that burns more CPU than the limit is not adopted."""
    planned = planted.results()
    rows(planned)["interpreter/memoryview"] = planted.candidate(0.010, -0.01, cpu)
    judgement = judged(planned)
    assert line(judgement, "CPU").verdict is verdict
    assert judgement.verdict is verdict


def test_a_pickled_list_flips_the_verdict(tmp_path: Path) -> None:
    """The same workload that hands over a large list is not adopted: status 1."""
    status, text = run(tmp_path, planted.results("objects", wall=0.060))
    assert status == 1
    assert text.startswith("scoring: do not adopt\n")
    assert "- throughput against process pools" in text
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


def test_an_interval_over_the_margin_says_how_many_rounds_it_takes() -> None:
    """When the margin lies inside the interval, the line says what would decide."""
    judgement = judged(planted.results(wall=0.0134, spread=0.08))
    assert judgement.verdict is Verdict.UNDECIDED
    text = line(judgement, "throughput against process pools").text
    assert text.endswith("1.10 is wanted; about 102 rounds would decide")


def test_a_median_on_the_margin_is_never_decided() -> None:
    """When the median lies on the margin, the line does not promise that rounds will decide."""
    judgement = judged(planted.results(wall=0.015 / 1.1, spread=0.08))
    assert "more than 1,000 rounds" in line(judgement, "throughput against process pools").text


def test_rounds_of_several_runs_count_together(tmp_path: Path) -> None:
    """Two runs that are too short alone are judged together, at the date of the older one."""
    planned = planted.results()
    for row in rows(planned).values():
        for key, values in row.items():
            row[key] = values[:4]
    assert run(tmp_path, planned)[0] == 3
    status, text = run(tmp_path, planned, planned)
    assert status == 0
    assert "in 8 rounds" in text
    old = planned | {"date": "2025-01-01T00:00:00Z"}
    assert run(tmp_path, planned, old)[1].startswith("refused: old")


def test_runs_of_different_kinds_do_not_count_together(tmp_path: Path) -> None:
    """Runs of another interpreter or with other executors are refused: status 3."""
    planned, other = planted.results(), planted.results()
    del rows(other)["thread/memoryview"]
    assert "different workloads or executors" in run(tmp_path, planned, other)[1]
    other = planted.results() | {"machine": OTHER}
    assert "one of 3.14.0" in run(tmp_path, planned, other)[1]


def _unequal(run: Any) -> None:
    run["workloads"]["cells"]["scoring"]["equal"] = False


def _hungry(run: Any) -> None:
    run["workloads"]["memory"]["interpreter"]["pss"] = 50e6


@pytest.mark.parametrize("spoil", [_unequal, _hungry])
def test_a_broken_rule_forbids(spoil: Callable[[Any], None]) -> None:
    """Unequal results or too much memory forbid whatever the speed."""
    planned = planted.results()
    assert judged(planned).verdict is Verdict.ADOPT
    spoil(planned)
    assert judged(planned).verdict is Verdict.DO_NOT_ADOPT


@pytest.mark.parametrize(
    ("key", "value"), [("runs_in", "api"), ("must_be_killable", True), ("must_be_killable", None)]
)
def test_what_is_declared_forbids(key: str, value: object) -> None:
    """A workload in an API process, or one that must be killable, or undeclared, is not adopted."""
    declared = {"scoring": {**MARGINS.declared["scoring"], key: value}}
    wanted = dataclasses.replace(MARGINS, declared=declared)
    assert judged(planted.results(), wanted).verdict is Verdict.DO_NOT_ADOPT


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"date": "2025-01-01T00:00:00Z"}, "refused: old: "),
        ({"machine": OTHER}, "refused: measured on CPython 3.14.0, not "),
        ({"quick": True}, "refused: incomplete: a --quick run"),
        ({"schema": 0}, "refused: schema 0 is not 2"),
        ({"serialization": None}, "refused: "),
        ({"workloads": {"memory": {}}}, "refused: incomplete: no 'cells'"),
    ],
)
def test_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """Results that are old, of another CPython, or incomplete end in one line and status 3."""
    planned = planted.results() | change
    if planned["serialization"] is None:
        del planned["serialization"]
    status, text = run(tmp_path, planned)
    assert status == 3
    assert text.startswith(message)
    assert text.count("\n") == 1


def test_too_few_rounds_are_refused(tmp_path: Path) -> None:
    """An executor with fewer rounds than the policy wants makes the results incomplete."""
    planned = planted.results()
    for row in rows(planned).values():
        row.update({key: values[:3] for key, values in row.items()})
    assert run(tmp_path, planned)[1].startswith("refused: incomplete: 3 rounds of scoring")


def test_rounds_that_do_not_match_are_refused(tmp_path: Path) -> None:
    """An executor with more rounds of one value than of another is refused."""
    planned = planted.results()
    rows(planned)["interpreter/memoryview"]["values"].pop()
    assert "more rounds of one value" in run(tmp_path, planned)[1]


def test_a_real_list_loses_and_a_real_buffer_wins() -> None:
    """Measured, not planted: 1 MB as a list costs an interpreter pool the lead of a buffer."""
    candidates = [
        Candidate("direct", "memoryview"),
        Candidate("forkserver", "objects"),
        Candidate("interpreter", "objects"),
        Candidate("interpreter", "memoryview"),
    ]
    hand_overs = dict.fromkeys(map(str, candidates[1:]), math.inf)

    def ordered() -> bool:
        listed, buffer = hand_overs["interpreter/objects"], hand_overs["interpreter/memoryview"]
        return listed > 1.5 * hand_overs["forkserver/objects"] > 7.5 * buffer

    with open_pools(candidates, 1) as pools:
        pools.open()
        pools.load("kernel", 0.0, steps=10, payload=1_000_000, slices=1)
        # The quickest trip is the one that other tests disturbed least, so a busy machine needs
        # more of them before the order shows.
        for _ in range(30):
            for one in candidates[1:]:
                found = pools.hosts[one.kind].ask("hand_overs", form=one.form, count=9)
                hand_overs[str(one)] = min(hand_overs[str(one)], *found)
            if ordered():
                break
    assert ordered(), hand_overs


def test_a_reader_who_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    """Where nobody reads on, as with `head`, the verdict stands and nothing else is said."""
    file = tmp_path / "results.json"
    file.write_text(json.dumps(planted.results()))
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "examples.interpreters.gate", str(file)]
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(command, cwd=ROOT, stdout=closed, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_bad_input(transcript: Callable[..., None]) -> None:
    """A file that holds no results is refused in one line, as the page shows."""
    transcript("examples/interpreters/gate.out")


def test_every_candidate_is_declared() -> None:
    """The margins say of each workload where it runs and whether it has to be killable."""
    assert set(MARGINS.declared) == set(CANDIDATES)


def test_page_says_why_each_line_is_judged() -> None:
    """Every line of a judgement has a row in the page's table of reasons."""
    page = (ROOT / "docs/concurrency/gate.md").read_text()
    names = {line.name for line in judged(planted.results()).lines}
    described = {cell.strip() for row in page.splitlines() for cell in row.split("|")[1:2]}
    assert {name.partition(" against ")[0] for name in names} <= described
