"""A function of somebody else: what can take it, and what the gate says of it."""

import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from examples.interpreters import bench
from examples.interpreters.analysis import margins, results
from examples.interpreters.analysis.judgement import Judgement, Verdict, judge
from examples.interpreters.compatibility.state import shared_state
from examples.interpreters.harness import function
from examples.interpreters.harness.comparison import fixed
from examples.interpreters.harness.executors import Measured
from examples.interpreters.harness.progress import Progress
from examples.interpreters.report import verdicts
from tests.interpreters import planted, strange

ROOT = Path(__file__).resolve().parents[2]
# Every executor is opened, TaskIQ workers and their Redis among them.
pytestmark = pytest.mark.timeout(900)

STRANGERS = sorted(ROOT.glob("examples/interpreters/results/strangers/*.json"))
HERE = "tests.interpreters.strange"


type Refused = Callable[..., tuple[object, list[str]]]


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Run the command with options that it refuses, and give its status and what it said."""

    def run(*options: str) -> tuple[object, list[str]]:
        monkeypatch.setattr(sys, "argv", ["bench", *options])
        with pytest.raises(SystemExit) as end:
            bench.main()
        return end.value.code, capsys.readouterr().err.splitlines()

    return run


def cell(name: str, slices: str, *kinds: Measured, shared: tuple[str, ...] = ()) -> dict[str, Any]:
    """Measure a function of `strange` in two rounds."""
    target = function.Target(f"{HERE}:{name}", f"{HERE}:{slices}", shared)
    effort = function.Effort(kinds, fixed(2), 0.01)
    found: Any = function.measure(target, effort, 2, Progress())
    measured: dict[str, Any] = found["workloads"]["cells"][target.function]
    return measured


def test_every_form_that_works_is_measured() -> None:
    """Plain values cross as objects and pickled; what needs a buffer is refused by name."""
    measured = cell("square", "numbers", "direct", "forkserver", "interpreter", "taskiq")
    assert set(measured["candidates"]) == {
        "direct/objects",
        "forkserver/objects",
        "interpreter/objects",
        "interpreter/pickled",
        "taskiq/objects",
        "taskiq/text",
        "control",
    }
    assert measured["refused"]["interpreter/memoryview"] == (
        "TypeError: memoryview: a bytes-like object is required, not 'int'"
    )
    assert all(len(row["user"]) == 2 for row in measured["candidates"].values())


def test_what_cannot_be_shared_is_refused() -> None:
    """Slices that nothing can hand over leave the direct run and threads."""
    measured = cell("is_free", "locks", "direct", "thread", "forkserver", "interpreter")
    assert set(measured["candidates"]) == {"direct/objects", "thread/objects", "control"}
    assert "pickle" in measured["refused"]["forkserver/objects"]
    assert measured["refused"]["interpreter/objects"].startswith("NotShareableError")


def test_other_results_are_refused() -> None:
    """A form that gives other results than the direct run is left out, with the reason."""
    measured = cell("where", "numbers", "direct", "interpreter")
    assert measured["refused"]["interpreter/objects"] == (
        "it gives other results than the direct run"
    )


def test_shared_state_leaves_threads() -> None:
    """A function that needs the module of its caller is measured in threads only."""
    why = "it reads the global seen, which remember() changes"
    measured = cell("recall", "numbers", "direct", "thread", "interpreter", shared=(why,))
    assert set(measured["candidates"]) == {"direct/objects", "thread/objects", "control"}
    assert measured["refused"]["interpreter/objects"] == why


@pytest.mark.parametrize(
    ("name", "state"),
    [
        (strange.square, []),
        (strange.limited, []),
        (strange.hides, []),
        (strange.remember, ["it reads the global seen, which remember() changes"]),
        (strange.recall, ["it reads the global seen, which remember() changes"]),
        (strange.add, ["it reads the global total, which add() changes"]),
        (len, []),
    ],
)
def test_shared_state_is_read_from_the_source(name: Any, state: list[str]) -> None:
    """A global counts when the function reads it, itself or by a call, and some code changes it."""
    assert shared_state(name) == state


@pytest.mark.parametrize(
    ("name", "slices", "message"),
    [
        ("square", "numbers", "write it as package.module:function"),
        ("__main__:square", f"{HERE}:numbers", "a worker cannot import __main__"),
        ("no.such:function", f"{HERE}:numbers", "No module named 'no'"),
        (f"{HERE}:nothing", f"{HERE}:numbers", "has no attribute 'nothing'"),
        (f"{HERE}:LIMITS", f"{HERE}:numbers", "is a dict, and no function"),
        (f"{HERE}:square", f"{HERE}:nothing", "has no attribute 'nothing'"),
        (f"{HERE}:fail", f"{HERE}:numbers", "LookupError: no price for 0"),
        (f"{HERE}:count", f"{HERE}:numbers", "gives other results for the slices"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    name: str, slices: str, message: str, refused: Refused
) -> None:
    """A function that cannot be found or run directly ends in one line and status 3."""
    status, errors = refused("--quick", "--function", name, "--slices", slices)
    assert status == 3
    (line,) = [line for line in errors if line.startswith("refused: ")]
    assert message in line
    assert line == errors[-1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--function", f"{HERE}:square"], "--function and --slices belong together"),
        (["--slices", f"{HERE}:numbers"], "--function and --slices belong together"),
        (
            ["--function", "a:b", "--slices", "a:c", "--only", "ceiling"],
            "--only names an experiment of this project's own workloads",
        ),
        ([], "--output is needed"),
        (["--output", "x.json", "--at-most", "0"], "--at-most 0: give more than no time"),
        (
            ["--output", "x.json", "--runs-in", "worker"],
            "--runs-in is about a function: --function is needed",
        ),
        (
            ["--output", "x.json", "--must-be-killable"],
            "--must-be-killable is about a function: --function is needed",
        ),
    ],
)
def test_options_that_make_no_sense(options: list[str], message: str, refused: Refused) -> None:
    """They end in one line and status 2."""
    status, errors = refused(*options)
    assert status == 2
    assert message in errors[-1]


def test_from_function_to_verdict(tmp_path: Path) -> None:
    """A quick run writes results and the report that it prints, and ends with the verdict."""
    file = tmp_path / "stdev.json"
    command = [sys.executable, "-m", "examples.interpreters.bench", "--quick", "--at-most", "600"]
    command += ["--function", "statistics:stdev", "--output", str(file), "--must-be-killable"]
    command += ["--slices", "examples.interpreters.strangers:closes"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("statistics:stdev: do not adopt\n")
    assert "  - rule: no slice must be killed: broken\n" in done.stdout
    assert "  taskiq/objects:\n    PydanticSerializationError: Unable to serialize" in done.stdout
    assert done.stdout.endswith("This was a quick run: to plan by, and no report of the gate.\n")
    assert file.with_suffix(".md").read_text().startswith("| function | out of the loop? |")
    gate = [sys.executable, "-m", "examples.interpreters.gate", str(file)]
    assert subprocess.run(gate, cwd=ROOT, capture_output=True, check=False).returncode == 3


def test_ctrl_c_in_the_middle_leaves_nothing(short_tmp_path: Path) -> None:
    """Ctrl-C while slices run ends every process, and leaves no results and no other file."""
    file = short_tmp_path / "naps.json"
    command = ["--function", f"{HERE}:nap", "--slices", f"{HERE}:naps", "--output", str(file)]
    with subprocess.Popen(
        [sys.executable, "-m", "examples.interpreters.bench", *command],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(short_tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if ": compare " in line:
                break
        family = psutil.Process(process.pid).children(recursive=True)
        # As a terminal does: to the whole foreground group.
        os.killpg(process.pid, signal.SIGINT)
        errors, printed = process.stderr.read(), process.stdout.read() if process.stdout else None
    assert len(family) >= 12
    assert psutil.wait_procs(family, timeout=300)[1] == []
    assert (process.returncode, printed) == (1, "")
    assert errors.splitlines() == ["error: interrupted; nothing was written"]
    assert [*short_tmp_path.iterdir()] == []


def test_time_that_is_over_ends_a_run(short_tmp_path: Path) -> None:
    """A run that takes longer than it may ends in one line, with status 3, and leaves nothing."""
    command = ["--function", f"{HERE}:nap", "--slices", f"{HERE}:naps", "--at-most", "0.5"]
    done = subprocess.run(
        [sys.executable, "-m", "examples.interpreters.bench", *command],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(short_tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr.splitlines()[-1] == (
        "refused: not measured within 0.5 s: give shorter or fewer slices, or more time"
    )
    assert [*short_tmp_path.iterdir()] == []


def test_a_quick_run_ends_within_a_minute() -> None:
    """Its whole time is bounded, its rounds end by the clock, and the page says how long."""
    assert function.QUICK_SECONDS < 60
    assert function.QUICK.rounds.enough(1, function.QUICK.rounds.seconds, math.inf)
    assert not function.FULL.rounds.enough(1, function.FULL.rounds.seconds, math.inf)
    page = (ROOT / "docs/concurrency/your-function.md").read_text()
    assert f"refused after {function.QUICK_SECONDS:g} seconds" in page


def judged(run: Any) -> Judgement:
    """Judge the planted workload."""
    return judge("scoring", results.parse(run), margins.read())


def test_a_function_that_no_interpreter_takes_may_not_move() -> None:
    """Without any form for interpreters the verdict is clear, and the reason is the line."""
    run = planted.results()
    measured = run["workloads"]["cells"]["scoring"]
    del measured["candidates"]["interpreter/memoryview"]
    measured["refused"] = {"interpreter/memoryview": "ImportError: module x does not support"}
    judgement = judged(run)
    assert judgement.verdict is Verdict.DO_NOT_ADOPT
    assert judgement.executor == "process pool, packed"
    assert judgement.lines[-1].text == "ImportError: module x does not support"


def test_an_alternative_that_cannot_take_it_is_none() -> None:
    """What cannot run the function has not to be beaten, and the line says why."""
    run = planted.results()
    measured = run["workloads"]["cells"]["scoring"]
    del measured["candidates"]["taskiq/objects"]
    measured["refused"] = {"taskiq/objects": "TypeError: no JSON"}
    judgement = judged(run)
    assert judgement.verdict is Verdict.ADOPT
    assert any(line.text == "they cannot take it: TypeError: no JSON" for line in judgement.lines)


@pytest.mark.parametrize("file", STRANGERS, ids=lambda path: path.stem)
def test_committed_reports_are_made_from_the_results(file: Path) -> None:
    """The report on the page is what the gate says of the committed results."""
    run = results.parse(json.loads(file.read_text()))
    assert file.with_suffix(".md").read_text() == verdicts.page_of_function(run)


def test_strangers_are_shown() -> None:
    """Two functions have a verdict on their speed, and two may not move, each for its reason."""
    found = {file.stem: file.with_suffix(".md").read_text() for file in STRANGERS}
    assert set(found) == {"stdev", "markdown", "detect", "guess_type"}
    assert "does not support loading in subinterpreters" in found["detect"]
    assert "it reads the global _db, which init() changes" in found["guess_type"]
    assert all("throughput against process pools" in found[one] for one in ("stdev", "markdown"))
