"""The register of programs from PyPI, and the runner that shows triage to be right about them."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.field.programs import run
from tests.field.programs.run import Program
from tests.field.register import CAUSES
from tests.field.verdict import Verdict

HERE = Path(__file__).parent
PROGRAMS = run.load()
SERVER = Program("server", command=("-m", "server"), load="/")
CELL = Program("cell", script="cell.py", causes=("blocking-io",))


def test_register_has_ten_for_the_job_and_thirty_in_all() -> None:
    """`make programs` runs ten, and there are three times as many for a whole run."""
    assert sum(program.job for program in PROGRAMS) == 10
    assert len(PROGRAMS) >= 30
    assert {cause for program in PROGRAMS for cause in program.causes} <= {*CAUSES}


def test_apps_are_all_used() -> None:
    """Each script of apps/ is named by a program, and each script that one names is there."""
    scripts = {program.script.split()[0] for program in PROGRAMS if program.script}
    commands = " ".join(part for program in PROGRAMS for part in program.command)
    apps = {path.name for path in HERE.glob("apps/*.py")}

    assert scripts <= apps
    assert {name for name in apps - scripts if Path(name).stem not in commands} == {"_program.py"}


def test_packages_are_pinned_by_hash() -> None:
    """Each package that is asked for has a pin, each pin has hashes, and no host is named."""
    pins = (HERE / "requirements.txt").read_text()
    required = re.findall(r"^[\w.-]+", (HERE / "requirements.in").read_text(), re.MULTILINE)
    pinned = re.findall(r"^([\w-]+)==", pins, re.MULTILINE)

    assert {name.replace(".", "-") for name in required} <= {*pinned}
    assert len(pinned) == len(re.findall(r"^\S.*\\\n +--hash=sha256:", pins, re.MULTILINE))
    assert not re.search(r"://|--(extra-)?index|--find-links", pins)


@pytest.mark.parametrize("entry", ["", 'command = ["-m", "x"]', 'script = "x"\nload = "/"'])
def test_program_that_cannot_be_loaded_is_refused(entry: str, tmp_path: Path) -> None:
    """A program has a script, or a command and a path that clients ask for."""
    file = tmp_path / "programs.toml"
    file.write_text(f"[x]\n{entry}\n")

    with pytest.raises(ValueError, match=r"^x: a script, or a command"):
        run.load(file)


def report(*causes: str, status: str = "findings", reason: str = "") -> dict[str, Any]:
    """Make a report with likely findings of some causes."""
    found = [{"cause": cause, "function": "f", "confidence": "likely"} for cause in causes]
    return {"processes": [{"status": status, "reason": reason, "findings": found}]}


@pytest.mark.parametrize(
    ("given", "program", "loaded", "wanted"),
    [
        (report(status="idle"), SERVER, False, Verdict.RIGHT),
        (report(status="idle", reason="It has no event loop."), SERVER, False, Verdict.BLIND),
        (report(status="blind"), SERVER, True, Verdict.BLIND),
        (report("starvation"), SERVER, True, Verdict.FALSE_ALARM),
        (report("blocking-io"), CELL, True, Verdict.RIGHT),
        (report("blocking-io"), CELL, False, Verdict.FALSE_ALARM),
        (report("blocking-io", "starvation"), CELL, True, Verdict.FALSE_ALARM),
        (report(status="idle"), CELL, True, Verdict.MISSED),
        (report(status="waiting"), CELL, True, Verdict.WAITING),
    ],
)
def test_report_on_a_program(
    given: dict[str, Any], program: Program, *, loaded: bool, wanted: Verdict
) -> None:
    """Nothing is to be found, but what the load does; and a loop that runs is not denied."""
    assert run.judge(given, program, loaded=loaded) == wanted


def test_command_and_script_get_the_load() -> None:
    """The same program is started idle, and with clients."""
    idle = run.command_of(SERVER, "python", {}, loaded=False)

    assert idle == ["python", "_program.py", "/", "4", "-m", "server"]
    assert run.command_of(SERVER, "python", {}, loaded=True) == [*idle, "--load"]
    assert run.command_of(CELL, "python", {}, loaded=True) == ["python", "cell.py", "--load"]


def test_a_program_is_run_idle_and_under_load() -> None:
    """One command starts a program twice, and the table has what triage said of it."""
    command = [sys.executable, "-m", "tests.field.programs.run", "http.server"]
    # A short look: what it says is of no matter here.
    command += ["--triage", f"{sys.executable} -m examples.triage --for 1"]
    done = subprocess.run(
        command, cwd=run.ROOT, capture_output=True, text=True, timeout=500, check=False
    )

    assert re.search(r"^http.server, idle: \w+", done.stdout, re.MULTILINE), done
    assert re.search(r"^http.server, under load: \w+", done.stdout, re.MULTILINE), done
    assert "not run" not in done.stdout
    assert "crashed" not in done.stdout
    assert done.stdout.splitlines()[-1].startswith("| http.server | ")
