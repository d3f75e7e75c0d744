"""The register of faults of other people's kinds, and the runner that scores triage on them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.field import look, register, score, servers, verdict
from tests.field.register import Case
from tests.field.verdict import Verdict

HERE = Path(__file__).parent
CASES = register.load()
PINS = (HERE / "requirements.txt").read_text()
FAULT = Case("full", "pool", causes=("starvation",), functions=("Pool.take", "buy"))
HEALTHY = Case("ok_full", "pool")


def test_register_and_scripts_cover_each_other() -> None:
    """Each case has one script and one entry; what begins with _ is a part of several."""
    scripts = {path.stem for path in HERE.glob("cases/*.py") if not path.stem.startswith("_")}

    assert scripts == {case.name for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_says_what_is_wrong_in_it(case: Case) -> None:
    """The first line of a script is a sentence."""
    assert re.fullmatch(r"[A-Z].+\.", case.sentence)


@pytest.mark.parametrize("case", [case for case in CASES if not case.healthy], ids=lambda c: c.name)
def test_accepted_functions_are_in_the_script(case: Case) -> None:
    """A function that is accepted as the place exists; that of a form of deployment is shared."""
    sources = [case.script, *HERE.glob("cases/deployed/src/**/*.py")]
    code = "".join(source.read_text() for source in sources)

    for function in case.functions:
        assert f"def {function.rpartition('.')[2]}(" in code


def test_enough_kinds_are_covered() -> None:
    """Every family of waits has a case, and so have the services that only look faulty."""
    kinds = {case.kind for case in CASES}
    families = "barrier,child process,condition,connect,deployment,event,future,leak,limiter,lock,"
    families += "name resolution,no progress,no task,pool,queue,read,retry loop,semaphore,slots,"
    families += "task,thread,timer,write"

    assert kinds >= set(families.split(","))
    assert sum(not case.healthy for case in CASES) >= 30
    assert sum(case.healthy for case in CASES) >= 10


def test_libraries_are_pinned_by_hash() -> None:
    """What a case runs on is in the environment of `make field`, and its file names no host."""
    pinned = {canonicalize_name(name) for name in re.findall(r"^([\w-]+)==", PINS, re.MULTILINE)}
    required = [
        line for line in (HERE / "requirements.in").read_text().splitlines() if line[0] != "#"
    ]

    assert {canonicalize_name(Requirement(line).name) for line in required} <= pinned
    assert {library for case in CASES for library in case.libraries} <= pinned
    assert not re.search(r"://|--(extra-)?index|--find-links", PINS)
    assert len(pinned) == len(re.findall(r"^\S.*\\\n +--hash=sha256:", PINS, re.MULTILINE))


@pytest.mark.parametrize(
    ("name", "entry", "message"),
    [
        ("full", {}, "a kind and lists"),
        ("full", {"kind": "pool", "note": "x"}, "a kind and lists"),
        ("full", {"kind": "pool", "cuases": ["starvation"]}, "a kind and lists"),
        ("full", {"kind": "pool", "causes": ["hunger"], "functions": ["f"]}, "there is no hunger"),
        ("ok_full", {"kind": "pool", "needs": ["oracle"]}, "there is no oracle"),
        ("full", {"kind": "pool"}, "a fault has causes"),
        ("full", {"kind": "pool", "causes": ["starvation"]}, "a fault has causes"),
        ("ok_full", {"kind": "pool", "causes": ["starvation"], "functions": ["f"]}, "a fault has"),
    ],
)
def test_bad_entry_is_refused(name: str, entry: dict[str, object], message: str) -> None:
    """An entry with a wrong key, cause or server is refused with its name."""
    with pytest.raises(ValueError, match=f"^{name}: {message}"):
        register.case(name, entry)


def report(*findings: tuple[str, str, str], status: str = "findings") -> dict[str, Any]:
    """Make a report with findings of a cause, a function and a confidence."""
    keys = ("cause", "function", "confidence")
    found = [dict(zip(keys, finding, strict=True)) for finding in findings]
    return {"processes": [{"status": status, "findings": found}]}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (report(("starvation", "buy", "possible")), Verdict.RIGHT),
        (report(("starvation", "Pool.take", "likely")), Verdict.RIGHT),
        (report(("starvation", "Shop.buy", "likely")), Verdict.RIGHT),
        (report(("starvation", "rebuy", "likely")), Verdict.PARTLY),
        (report(("starvation", "sell", "likely")), Verdict.PARTLY),
        (report(("cpu-bound", "buy", "likely")), Verdict.WRONG),
        (report(("cpu-bound", "x", "likely"), ("starvation", "buy", "likely")), Verdict.RIGHT),
        (report(status="waiting"), Verdict.WAITING),
        (report(status="idle"), Verdict.MISSED),
        (report(status="healthy"), Verdict.MISSED),
        (report(status="busy"), Verdict.MISSED),
        (report(status="blind"), Verdict.BLIND),
    ],
)
def test_report_on_a_fault(given: dict[str, Any], wanted: Verdict) -> None:
    """A report on a fault is right by cause and function, partly right by its cause alone."""
    assert verdict.of_fault(given, FAULT) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (report(status="healthy"), Verdict.RIGHT),
        (report(status="busy"), Verdict.RIGHT),
        (report(status="waiting"), Verdict.RIGHT),
        (report(("starvation", "buy", "possible")), Verdict.DOUBT),
        (report(("starvation", "buy", "possible"), ("x", "y", "likely")), Verdict.FALSE_ALARM),
        (report(status="blind"), Verdict.BLIND),
    ],
)
def test_report_on_a_healthy_service(given: dict[str, Any], wanted: Verdict) -> None:
    """A finding about a healthy service is a doubt if possible, and else a false alarm."""
    assert verdict.of_healthy(given) == wanted


def test_table_of_a_whole_run() -> None:
    """The file has the figures, and each service that was not judged right with what was said."""
    answers = [
        score.Answer((FAULT, False), Verdict.MISSED, "idle"),
        score.Answer((FAULT, True), Verdict.RIGHT, "healthy"),
        score.Answer((HEALTHY, False), Verdict.RIGHT, "idle"),
    ]

    _, _, *lines = score.report(answers, "3.14.10")

    assert lines == [
        "| | right | missed |",
        "| --- | ---: | ---: |",
        "| fault | 0 | 1 |",
        "| twin without the fault | 1 | 0 |",
        "| healthy | 1 | 0 |",
        "",
        "| Not right | Answer | Triage said |",
        "| --- | --- | --- |",
        "| `full` | missed | idle |",
    ]


def test_table_of_the_page_is_of_every_case() -> None:
    """What the page shows is of a whole run on the cases that there are."""
    trials = [score.row_of(one) for case in CASES for one in score.trials(case, twins=True)]
    rows = re.findall(r"^\| ([a-z ]+) \|([ \d|]+)\|$", score.TABLE.read_text(), re.MULTILINE)

    assert {row: sum(map(int, numbers.split("|"))) for row, numbers in rows} == {
        row: trials.count(row) for row in score.ROWS
    }


@pytest.mark.parametrize("options", [["barrier_party_gone"], ["--no-twins"]])
def test_table_is_of_a_whole_run(options: list[str], tmp_path: Path) -> None:
    """A part of the cases is not written as if it were all of them."""
    with pytest.raises(SystemExit):
        score.parse(["--output", str(tmp_path / "field.md"), *options])
    assert score.parse(["--output", str(tmp_path / "field.md")]).output


def test_a_doubt_does_not_fail_the_run() -> None:
    """The status of the run is that of faults not named and of false alarms."""
    assert score.is_wrong("fault", Verdict.MISSED)
    assert score.is_wrong("healthy", Verdict.FALSE_ALARM)
    assert not score.is_wrong("healthy", Verdict.DOUBT)
    assert not score.is_wrong("fault", Verdict.NOT_RUN)


def test_a_healthy_service_has_no_twin() -> None:
    """A fault is run twice, and a healthy service once."""
    assert [score.name_of(one) for one in score.trials(FAULT, twins=True)] == [
        "full",
        "full --fixed",
    ]
    assert [score.name_of(one) for one in score.trials(HEALTHY, twins=True)] == ["ok_full"]


def test_captures_have_the_name_of_their_trial(tmp_path: Path) -> None:
    """What triage reads is saved in a file of its own, and replaces that of an earlier run."""
    old = tmp_path / "full-fixed.json"
    old.touch()

    command = score.saving(["triage"], (FAULT, True), tmp_path)

    assert command == ["triage", "--save", str(old)]
    assert not old.exists()
    assert score.saving(["triage"], (FAULT, True), None) == ["triage"]


def test_a_server_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A case without its server is not run, and says which one it needs."""
    monkeypatch.setattr(servers, "missing", lambda name: name == "postgresql")
    case = Case("full", "pool", needs=("postgresql",), causes=("starvation",), functions=("f",))

    assert score.play((case, False), sys.executable, [], {}) == (
        Verdict.NOT_RUN,
        "postgresql is not installed here",
    )


def test_a_case_that_fails_says_why(tmp_path: Path) -> None:
    """A case that ends before it is READY is not looked at, and its last line is the reason."""
    (tmp_path / "broken.py").write_text("raise SystemExit('no such table')")

    with (
        pytest.raises(look.NotReachedError, match=r"^no such table$"),
        look.running([sys.executable, "broken.py"], tmp_path, {}),
    ):
        pytest.fail("it said READY")


def test_a_case_is_run_with_its_twin() -> None:
    """One command starts a case, lets triage look at it and at its twin, and counts both."""
    command = [sys.executable, "-m", "tests.field.score", "barrier_party_gone"]
    command += ["--triage", f"{sys.executable} -m examples.triage"]
    done = subprocess.run(
        command, cwd=score.ROOT, capture_output=True, text=True, timeout=500, check=False
    )

    assert re.search(r"^barrier_party_gone: (right|partly|waiting|missed): ", done.stdout), done
    assert re.search(r"^barrier_party_gone --fixed: right: ", done.stdout, re.MULTILINE), done
    assert done.stdout.rstrip().splitlines()[-1].startswith("| twin without the fault | 1 |")


def test_interpreter_is_found_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path of an interpreter is that of the caller, and its links are kept."""
    (tmp_path / "python").symlink_to(sys.executable)
    monkeypatch.chdir(tmp_path)

    assert score.parse(["--python", "./python"]).python == str(tmp_path / "python")
    with pytest.raises(SystemExit):
        score.parse(["--python", "./ruby"])


def test_an_unknown_case_is_an_error() -> None:
    """A wrong name ends with one line that names it."""
    command = [sys.executable, "-m", "tests.field.score", "nothing_like_it"]
    done = subprocess.run(command, cwd=score.ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("there is no case nothing_like_it")
