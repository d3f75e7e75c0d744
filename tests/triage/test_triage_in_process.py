"""--in-process asks the process itself, runs none of its code, and leaves no way in."""

import ast
import json
import math
import os
import re
import runpy
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.support.transcripts import ROOT
from tests.triage.reports import AS_NOBODY, TRIAGE, report, run
from tests.triage.small_targets import read_only, state, target, until

STOPPED = "it stopped at its limit of time"
SHORT = ("--samples", "2", "--interval", "0.1")

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")

# Every way in which a look at an object could run code of the application.
HOSTILE = """
import asyncio

def ran(*_, **__):
    print("RAN", flush=True)
    raise LookupError("code of the application ran")

class Meta(type):
    __instancecheck__ = __subclasscheck__ = __getattribute__ = __eq__ = ran
    __hash__ = type.__hash__
    __name__ = property(ran)
    __mro__ = property(ran)

class Hostile(metaclass=Meta):
    __slots__ = ("itself",)
    __getattribute__ = __getattr__ = __eq__ = __repr__ = __str__ = __bool__ = __len__ = ran
    __iter__ = __format__ = ran
    __hash__ = object.__hash__
    __class__ = property(ran)
    __dict__ = property(ran)

class Queue(asyncio.Queue):
    __getattribute__ = ran
    __dict__ = property(ran)

class Error(Exception):
    __str__ = __repr__ = __getattribute__ = ran
    __class__ = property(ran)

async def failing():
    raise Error("a value")

async def main():
    kept = [object.__new__(Hostile) for _ in range(100)]
    queue = asyncio.Queue(3)
    taker = asyncio.create_task(queue.get(), name="taker")
    task = asyncio.create_task(failing(), name="named by the application")
    await asyncio.sleep(0)
    print("ready", flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


def test_no_code_of_the_application_runs() -> None:
    """Not with proxies, properties and metaclasses that each print and raise."""
    with subprocess.Popen(
        [sys.executable, "-c", HOSTILE], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == "ready\n"
        found = report(process.pid, "--in-process", *SHORT)
        process.kill()
        output, errors = process.stdout.read(), process.stderr.read()

    assert (output, errors) == ("", "")
    (finding,) = found.findings
    assert finding["rule"] == "dead-task"
    assert "named by the application ended with Error" in finding["evidence"][0]


def test_it_says_what_it_does_first() -> None:
    """The flag names the process and the consent that it needs."""
    with target("waiting") as process:
        found = report(process.pid, "--in-process", *SHORT)

    assert f"runs a script in PID {process.pid}" in found.errors
    assert "consent of the incident lead\n(ADR-0003)" in found.errors


def test_freeze_says_what_it_does_first() -> None:
    """So does the flag that stops the process."""
    with target("waiting") as process:
        found = report(process.pid, "--freeze", *SHORT)

    assert f"--freeze stops PID {process.pid}" in found.errors
    assert "consent\nof the incident lead (ADR-0011)" in found.errors


def test_idle_loop_is_woken() -> None:
    """A loop with nothing to do runs the script, and goes on."""
    with target("dead") as process:
        found = report(process.pid, "--in-process", *SHORT)
        until(lambda: state(process.pid) == "S")

    (finding,) = found.findings
    assert (finding["rule"], finding["function"]) == ("dead-task", "main.<locals>.failing")
    assert "a value that nobody may see" not in str(found.findings)


def test_interpreter_of_the_process_answers() -> None:
    """Beside an idle pool of interpreters, where CPython finds no main thread, it answers too."""
    with target("pooled") as process:
        found = report(process.pid, "--in-process", *SHORT)

    assert [finding["rule"] for finding in found.findings] == ["dead-task"]


def test_state_of_what_tasks_wait_on() -> None:
    """The table says how full a queue is and who waits for it."""
    with target("queueing") as process:
        text = run(process.pid, "--in-process", *SHORT).stdout

    assert "waits on a Queue: 0 of 3 items, 2 waiting to get, 0 to put" in " ".join(text.split())


def test_answer_that_does_not_come_keeps_the_report() -> None:
    """A blocked loop gives no answer: the reason says so, and the finding stays."""
    before = set(Path(tempfile.gettempdir()).glob("triage-*"))
    with target("blocked") as process:
        entry = report(process.pid, "--in-process", "--wait", "0.3", *SHORT).process(process.pid)

    assert entry["findings"][0]["cause"] == "blocking-io"
    assert re.search(r"did not run the script within 0\.\d s", entry["reason"])
    assert set(Path(tempfile.gettempdir()).glob("triage-*")) == before


def test_process_that_ends_meanwhile_leaves_nothing() -> None:
    """A process that is killed while it is asked keeps no folder, also as a zombie."""
    home = Path(tempfile.gettempdir())
    words = ["--in-process", "--wait", "600", *SHORT]
    with target("blocked") as process:
        before = set(home.glob("triage-*"))
        with subprocess.Popen(
            [sys.executable, TRIAGE, *words, str(process.pid)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as triage:
            until(lambda: any(f.stat().st_size > 100 for f in home.glob("triage-*/question.py")))
            process.kill()
            triage.wait(60)
        after = set(home.glob("triage-*"))

    assert after == before


@needs_root
@pytest.mark.parametrize("writable", ["", "/dev/shm"])  # noqa: S108 # of a read-only container
def test_root_that_is_read_only(writable: str) -> None:
    """Where no folder can be written the reason says so, and one that can be is found."""
    with target("dead", under=read_only(writable)) as process:
        inside = ["nsenter", "--mount", "--wd=/", "--target", str(process.pid)]
        words = ["env", "-u", "TMPDIR", sys.executable, TRIAGE, "--json", "--in-process", *SHORT]
        done = subprocess.run(
            [*inside, *words, str(process.pid)],
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    (entry,) = json.loads(done.stdout)["processes"]
    assert "failed in its stage" not in done.stderr
    assert [finding["rule"] for finding in entry["findings"]] == ["dead-task"] * bool(writable)
    assert done.returncode == bool(writable)
    assert ("no folder can be written" in entry["reason"]) == (not writable)


def test_idle_without_an_answer_stays_idle() -> None:
    """No answer turns no outcome into a worse one."""
    with target("deaf", "-X", "disable-remote-debug") as process:
        entry = report(process.pid, "--in-process", *SHORT).process(process.pid)

    assert entry["status"] in {"idle", "healthy"}
    assert "remote debugging is not enabled" in entry["reason"]


def test_process_without_a_loop_is_not_asked() -> None:
    """A process whose loop was not seen might never answer, and is left alone."""
    with target("selecting", run="main().send(None)") as process:
        found = report(process.pid, "--in-process", *SHORT)

    assert "runs a script" not in found.errors


LATE = """
import asyncio, sys
async def main():
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(100):
        await asyncio.sleep(0.001)
    print("done", flush=True)
asyncio.run(main())
"""


@needs_root
def test_question_cannot_be_taken_over() -> None:
    """After triage has given up nobody can make the target run what lies at the old path."""
    with subprocess.Popen(
        [sys.executable, "-c", LATE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        with subprocess.Popen(
            [sys.executable, TRIAGE, "--in-process", "--wait", "2", *SHORT, str(process.pid)],
            env=os.environ | {"TMPDIR": "/tmp"},  # noqa: S108 # where others can write
            stdout=subprocess.PIPE,
            text=True,
        ) as triage:
            folders: set[Path] = set()

            def requested() -> bool:
                folders.update(Path("/tmp").glob("triage-*/question.py"))  # noqa: S108
                return any(file.stat().st_size > 100 for file in folders)

            until(requested)
            (script,) = folders
            assert script.stat().st_uid == 0
            assert script.parent.stat().st_mode & 0o077 == 0
            triage.communicate(timeout=60)
        payload = f"mkdir {script.parent} && echo 'print(\"TAKEN OVER\", flush=True)' > {script}"
        subprocess.run([*AS_NOBODY, "sh", "-c", payload], check=True, timeout=60)
        output, _ = process.communicate("\n", timeout=60)
        script.unlink()
        script.parent.rmdir()

    assert output == "done\n"


def test_killed_triage_leaves_an_inert_script() -> None:
    """A script that triage could not take back does nothing once its time is over."""
    with subprocess.Popen(
        [sys.executable, "-c", LATE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        home = Path(tempfile.gettempdir())
        with subprocess.Popen(
            [sys.executable, TRIAGE, "--in-process", "--wait", "1", *SHORT, str(process.pid)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as triage:
            until(lambda: any(home.glob("triage-*/question.py")))
            triage.send_signal(signal.SIGKILL)
        (folder,) = home.glob("triage-*")
        text = (folder / "question.py").read_text()
        output, _ = process.communicate("\n", timeout=60)
        answered = (folder / "answer").exists()
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()

    assert output == "done\n"
    assert "until" in text or text == ""
    assert not answered or "answer(" in text


def test_answer_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """What the process writes need not be what the script writes: links and junk are refused."""
    from examples.triage.read.errors import ReadError  # noqa: PLC0415
    from examples.triage.read.in_process import parsed  # noqa: PLC0415

    folder = tmp_path / "private"
    folder.mkdir(mode=0o700)
    answer = folder / "answer"
    for junk in ("", "[1, 2]", "__import__('os')", "[" * 100_000, "([], [], '')" * 2):
        answer.write_text(junk)
        with pytest.raises(ReadError):
            parsed(answer, os.geteuid())
    answer.unlink()
    answer.symlink_to("/etc/passwd")
    with pytest.raises(OSError, match="symbolic links"):
        parsed(answer, os.geteuid())


@pytest.mark.parametrize(
    ("cpu", "longest", "error"),
    [(60.0, 60.0, ""), (0.0, 60.0, STOPPED), (60.0, 0.0, STOPPED)],
    ids=["within both", "CPU", "clock"],
)
def test_script_stops_at_its_limits(tmp_path: Path, cpu: float, longest: float, error: str) -> None:
    """The script stops after so much CPU time, or so much time by the clock, and says so."""
    script = runpy.run_path(str(ROOT / "examples/triage/read/script.py"))
    script["answer"](str(tmp_path / "answer"), 5000, cpu, longest, math.inf)

    *_, told = ast.literal_eval((tmp_path / "answer").read_text())
    assert told == error
