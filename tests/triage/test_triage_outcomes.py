"""What triage says about targets that it cannot judge, or that do not play along."""

import contextlib
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from examples.triage.read import subject
from examples.triage.read.errors import NotPythonError
from examples.triage.read.proc import Machine
from examples.triage.say.words import Painter
from tests.support.transcripts import ROOT
from tests.triage.reports import (
    AS_NOBODY,
    PLAIN_PYTHON,
    TRIAGE,
    needs_plain_python,
    piped,
    report,
    run,
)
from tests.triage.small_targets import state, target, until

NO_PID = 4_194_304
SHORT = ("--samples", "2", "--interval", "0.3")


def test_selector_without_a_loop() -> None:
    """A process that waits in a selector of its own has no event loop."""
    with target("selecting", run="main().send(None)") as process:
        found = report(process.pid, *SHORT)
        listed = run()

    entry = found.process(process.pid)
    assert (found.status, entry["status"]) == (3, "idle")
    assert "no event loop" in entry["reason"]
    assert re.search(rf"^ *{process.pid} other +3\.\S+ +no +0 ", listed.stdout, re.MULTILINE)


def test_process_without_asyncio() -> None:
    """A process that never imported asyncio has no event loop, and that is no error."""
    command = [sys.executable, "-c", "input('ready\\n')"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        found = report(process.pid, *SHORT)
        process.kill()

    entry = found.process(process.pid)
    assert (found.status, entry["status"]) == (3, "idle")
    assert entry["reason"] == "no event loop runs in it"


def test_computing_is_handed_to_a_profiler() -> None:
    """A loop that computes is CPU-bound, not blocked."""
    with target("computing") as process:
        found = report(process.pid)

    (finding,) = found.findings
    assert (finding["cause"], finding["rule"]) == ("cpu-bound", "loop-busy")


def test_blocked_loop_is_named_with_its_thread_state() -> None:
    """A call that sleeps in the loop is blocking I/O with certainty."""
    with target("blocked") as process:
        found = report(process.pid)

    (finding,) = found.findings
    assert (finding["cause"], finding["confidence"]) == ("blocking-io", "certain")


def test_gone() -> None:
    """A PID without a process is gone, with exit status 3 and the next step."""
    found = report(NO_PID)
    assert (found.status, found.statuses) == (3, ["gone"])


def test_zombie_is_gone() -> None:
    """A zombie has no memory to read."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: state(child.pid) == "Z")
    assert report(child.pid).statuses == ["gone"]
    child.wait()


def test_not_python() -> None:
    """A process without Python is called that."""
    with subprocess.Popen(["sleep", "3600"]) as process:
        found = report(process.pid, *SHORT)
        process.kill()
    assert (found.status, found.statuses) == (3, ["not-python"])


def test_denied() -> None:
    """Where the kernel refuses, triage says who may read."""
    # Root may read everything, unless it gives that up, as a container makes it do.
    plain = ["setpriv", "--bounding-set=-sys_ptrace,-sys_admin", "--"] if os.geteuid() == 0 else []
    with target("undumpable") as process:
        found = report(process.pid, *SHORT, under=plain)
    entry = found.process(process.pid)
    assert (found.status, entry["status"]) == (3, "denied")
    assert "SYS_PTRACE" in entry["next"]


def test_target_ends_while_it_is_read() -> None:
    """A target that ends between two samples is gone."""
    with target("leaving") as process:
        found = report(process.pid)
        process.wait()
    assert found.statuses in (["gone"], ["idle"])


def test_target_ends_before_its_memory_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A target that has lost its memory has ended, and is not called a program without Python."""
    with target("waiting") as process:

        def read(*_: object) -> None:
            process.kill()
            until(lambda: state(process.pid) == "Z")
            raise NotPythonError("it has no memory of its own")

        monkeypatch.setattr(subject, "Reader", read)
        problem = subject.Subject(process.pid, Machine()).process.problem

    assert problem
    assert problem.kind == "gone"


def test_target_becomes_another_program() -> None:
    """A target that calls exec between two samples gives an outcome, and no traceback."""
    with target("exec") as process:
        found = report(process.pid)
    assert found.status == 3
    assert found.statuses in (["not-python"], ["gone"])


def test_stopped_target_is_not_accused() -> None:
    """In a stopped process nothing moves, so that is no evidence."""
    with target("blocked") as process:
        process.send_signal(signal.SIGSTOP)
        until(lambda: state(process.pid) == "T")
        found = report(process.pid, *SHORT)
    assert (found.status, found.statuses) == (3, ["blind"])


def test_first_process_of_the_system() -> None:
    """PID 1 and its descendants give an outcome each, and no traceback."""
    found = report(1, "--samples", "1")
    assert found.process(1)["status"] in {"denied", "not-python", "blind", "idle", "healthy"}


def test_own_pid() -> None:
    """Triage can be asked about itself."""
    done = subprocess.run(
        ["bash", "-c", f'exec "{sys.executable}" {TRIAGE} --json --samples 1 $$'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stderr == ""
    assert len(json.loads(done.stdout)["processes"]) == 1


def test_hostile_names() -> None:
    """No name of a task reaches the terminal as control characters or widens the report."""
    with target("names") as process:
        text = run(process.pid, *SHORT)
        data = report(process.pid, *SHORT)

    assert "Traceback" not in text.stderr
    assert all(line.isprintable() for line in text.stdout.splitlines())
    assert max(map(len, text.stdout.splitlines())) <= 92
    assert {finding["cause"] for finding in data.findings} == {"await-cycle"}


@pytest.mark.parametrize(
    "arguments",
    [["abc"], ["-5"], ["0"], ["1", "--samples", "0"], ["1", "--interval", "nan"], ["--freeze"]],
)
def test_wrong_command_line(arguments: list[str]) -> None:
    """A wrong command line ends with status 2 and one line that says what is wrong."""
    done = run(*arguments)
    assert done.returncode == 2
    assert "error:" in done.stderr.splitlines()[-1]


def test_list_without_pid() -> None:
    """Without a PID triage lists the processes that it can read."""
    with target("waiting") as process:
        done = run()
    assert re.search(rf"^ *{process.pid} other +3\.\S+ +yes +1 ", done.stdout, re.MULTILINE)
    assert max(map(len, done.stdout.splitlines())) <= 92


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a namespace of processes")
@needs_plain_python
@pytest.mark.parametrize(
    ("user", "reason"),
    [
        ((), ": 1 of 1 run something else"),
        (AS_NOBODY, " that this user may read: 1 of 1 refuse; run triage as their user or as root"),
    ],
)
def test_empty_list_says_why(user: tuple[str, ...], reason: str) -> None:
    """Where nothing can be listed, one line says whether it is refused or not there."""
    shell = f"{shlex.join(user)} {PLAIN_PYTHON} -; exit $?"
    done = piped("unshare", "--pid", "--fork", "--mount-proc", "bash", "-c", shell)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"no Python process here{reason}\n"


def test_report_follows_its_schema(tmp_path: Path) -> None:
    """The JSON report is what its schema says."""
    file = tmp_path / "report.json"
    with target("blocked") as blocked, target("waiting") as idle:
        found = report(blocked.pid, idle.pid, NO_PID, *SHORT)
    file.write_text(json.dumps(found.data))
    schema = "examples/triage/outputs/triage.schema.json"
    subprocess.run(["check-jsonschema", "--schemafile", schema, str(file)], cwd=ROOT, check=True)
    assert {entry["status"] for entry in found.data["processes"]} == {"findings", "idle", "gone"}


def test_freeze_reads_what_moves_and_lets_it_go() -> None:
    """With --freeze a churning target is read each time, for a pause that is told."""
    with target("churning") as process:
        found = report(process.pid, "--freeze")
        until(lambda: state(process.pid) in "RS")
    entry = found.process(process.pid)
    assert found.data["mode"] == "frozen"
    assert entry["tasks"] > 50
    assert 0 < entry["pause_ms"] < 1000
    assert entry["status"] != "blind"


def test_killed_while_it_holds_the_target() -> None:
    """A target that is frozen goes on when triage is killed with SIGKILL."""
    code = (
        "import sys, time\n"
        "from examples.triage.read.freeze import Freezer\n"
        "from examples.triage.read.proc import Machine, open_process\n"
        "process = open_process(int(sys.argv[1]), Machine())\n"
        "with Freezer(process).stopped():\n"
        "    print('holding', flush=True); time.sleep(0.9)\n"
    )
    with target("waiting") as process:
        with subprocess.Popen(
            [sys.executable, "-c", code, str(process.pid)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        ) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "holding\n"
            assert state(process.pid) == "T"
            holder.kill()
        until(lambda: state(process.pid) == "S")


def test_in_process_without_an_answer() -> None:
    """A blocked loop does not run the script, and triage ends after its deadline."""
    with target("blocked") as process:
        entry = report(process.pid, "--in-process").process(process.pid)
    assert "got no answer" in entry["reason"]
    assert entry["findings"][0]["cause"] == "blocking-io"


def test_in_process_where_it_is_disabled() -> None:
    """A target that was started with -X disable-remote-debug says so."""
    with target("deaf", "-X", "disable-remote-debug") as process:
        entry = report(process.pid, "--in-process", *SHORT).process(process.pid)
    assert "not enabled" in entry["reason"]


def test_reader_that_has_seen_enough() -> None:
    """A closed pipe ends triage without a word."""
    with target("waiting") as process:
        done = subprocess.run(
            ["bash", "-c", f"{sys.executable} {TRIAGE} --samples 1 {process.pid} | true"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.stderr == ""


def test_interrupted() -> None:
    """Ctrl-C ends triage without a traceback."""
    with (
        target("waiting") as process,
        subprocess.Popen(
            [sys.executable, TRIAGE, "--interval", "30", str(process.pid)],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        ) as child,
    ):
        # It sleeps between two samples once it has read the target.
        until(lambda: "nanosleep" in Path(f"/proc/{child.pid}/wchan").read_text())
        child.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            _, errors = child.communicate(timeout=300)
    assert errors == ""
    assert child.returncode == 130


def test_colours_are_for_terminals() -> None:
    """Piped output holds no escape sequence, and a painter that is on adds them."""
    assert Painter(on=False)("1", "text") == "text"
    assert Painter(on=True)("1", "text") == "\033[1mtext\033[0m"
