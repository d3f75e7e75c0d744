"""A drill starts a real incident without naming it, and knows the answer."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from examples.drills import drill

ROOT = Path(__file__).parents[2]
SCRIPT = "examples/drills/drill.py"
DRILLS = drill.drills()
# The number of a drill that starts the quickest incident.
SEED = next(seed for seed in range(1000) if drill.pick(seed).name == "stuck_await")
STUCK = drill.pick(SEED)


def drilled(*arguments: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    """Run a drill that reads its answers from a pipe."""
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments],
        cwd=ROOT,
        input=answers,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_incident_can_be_drilled() -> None:
    """examples/incidents/incidents.toml names exactly the incidents that there are."""
    there = {path.parent.name for path in (ROOT / "examples/incidents").glob("*/repro.py")}

    assert {known.name for known in DRILLS} == there, "add it to examples/incidents/incidents.toml"


@pytest.mark.parametrize("known", DRILLS, ids=lambda known: known.name)
def test_answer_is_in_the_code(known: drill.Drill) -> None:
    """The cause is one of those asked for, the places are functions of the repro, the page is."""
    code = ast.parse((ROOT / f"examples/incidents/{known.name}/repro.py").read_text())
    functions = {
        node.name
        for node in ast.walk(code)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert known.cause in drill.CAUSES
    assert set(known.places) <= functions
    assert (ROOT / f"docs/{known.page.rstrip('/')}.md").is_file()


def test_solved_drill() -> None:
    """A wrong answer may be corrected; both right answers solve the drill and name the page."""
    played = drilled(
        f"--seed={SEED}",
        answers="starvation\nmissing-cancellation\n└──  fetch_price service.py:45\n",
    )

    assert played.returncode == 0, played.stderr
    before, _, after = played.stdout.partition("Solved in 0 min")
    assert STUCK.alert in before
    assert STUCK.name not in before
    assert STUCK.page in after


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        ("1", {"blocking-io"}),
        ("5", {"starvation"}),
        ("run", {"runaway-tasks"}),
        ("it is Starvation, I think: starvation", {"starvation"}),
        ("b", {"blocking-io"}),
        ("0", set()),
        ("99", set()),
        ("no idea", set()),
    ],
)
def test_answer_by_number_or_beginning(answer: str, meant: set[str]) -> None:
    """A number of the list and the beginning of one word name it; anything else names nothing."""
    assert drill.named(answer, list(drill.CAUSES)) == meant


def test_beginning_of_two_words_names_neither() -> None:
    """A beginning that two words share is not guessed at."""
    assert drill.named("fe", ["fetch_price", "fetch_report"]) == set()


def test_unknown_word_costs_no_try() -> None:
    """More unknown words than there are tries still leave the drill open."""
    played = drilled(f"--seed={SEED}", answers="what?\n" * (drill.TRIES + 1) + "miss\nfetch_p\n")

    assert played.returncode == 0, played.stdout
    assert played.stdout.count("That names none of them.") == drill.TRIES + 1
    assert "export PID=" in played.stdout
    assert " URL=http://127.0.0.1:" in played.stdout


def test_drill_that_is_not_solved() -> None:
    """When the input ends, the answer is told, and what a killed drill left is cleared up."""
    left = drill.STAGE / "drill_0"
    left.mkdir(parents=True)

    played = drilled(f"--seed={SEED}", answers="starvation\n")

    assert played.returncode == 1
    assert "Not solved" in played.stdout
    assert STUCK.page in played.stdout
    assert not left.exists()


def test_killed_drill_leaves_nothing() -> None:
    """From outside nothing names the incident, and no process outlives a drill that is killed."""
    with subprocess.Popen(
        [sys.executable, SCRIPT, f"--seed={SEED}"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as player:
        if player.stdout is None:
            raise AssertionError("standard output is a pipe")
        lines = iter(player.stdout.readline, "")
        pid = next(int(found[1]) for line in lines if (found := re.search(r"PID=(\d+)", line)))
        family = psutil.Process(player.pid).children(recursive=True)
        seen = subprocess.run(
            [sys.executable, "-m", "asyncio", "pstree", str(pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        seen += " ".join(psutil.Process(pid).cmdline())
        player.kill()

    _, alive = psutil.wait_procs(family, timeout=300)
    assert "fetch_price" in seen
    assert STUCK.name not in seen
    assert alive == []


def test_list_tells_every_alert_and_no_name(transcript: Callable[..., None]) -> None:
    """--list shows what there is to practise without giving an answer away."""
    transcript("examples/drills/drill.out")
    listed = drilled("--list").stdout

    assert [known.alert in listed for known in DRILLS] == [True] * len(DRILLS)
    assert not any(known.name in listed for known in DRILLS)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [(["--reveal"], "--reveal needs --seed"), (["--seed=x"], "invalid int value: 'x'")],
)
def test_wrong_use(arguments: list[str], fault: str) -> None:
    """A wrong option ends with one line that says so and status 2."""
    refused = drilled(*arguments)

    assert refused.returncode == 2
    assert fault in refused.stderr.splitlines()[-1]
