"""Triage ends in order whatever happens to it, and means the process that was named."""

import contextlib
import ctypes
import faulthandler
import os
import pty
import shlex
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from examples.triage.faults import Faults
from examples.triage.options import arguments
from examples.triage.read import sockets
from examples.triage.read.fallback import in_child
from examples.triage.read.proc import Machine
from examples.triage.read.session import Session
from tests.support.transcripts import ROOT
from tests.triage.planted import PLANT
from tests.triage.reports import (
    AS_NOBODY,
    AS_PACKAGE,
    PLAIN_PYTHON,
    TRIAGE,
    needs_plain_python,
    piped,
    report,
    run,
)
from tests.triage.small_targets import state, target, until

SHORT = ("--samples", "2", "--interval", "0.1")

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can do that to a process")

HERE = "examples/triage/outputs"


def test_error_in_each_stage(transcript: Callable[..., None]) -> None:
    """An error in any stage has its own status and one line, and costs nothing of the rest."""
    transcript(f"{HERE}/planted.out")


@needs_root
def test_bad_surroundings(transcript: Callable[..., None]) -> None:
    """What triage does not get is told in one line, and it prints what it has read."""
    transcript(f"{HERE}/surroundings.out")


def test_debug_shows_where() -> None:
    """With --debug an error of triage has its traceback."""
    with target("blocked") as process:
        command = [sys.executable, "-c", PLANT, "cli:judge", "--debug", *SHORT]
        done = subprocess.run(
            [*command, str(process.pid)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert done.returncode == 70
    assert "Traceback" in done.stderr


@pytest.mark.parametrize("moment", range(10))
def test_interrupted_at_any_moment(moment: int) -> None:
    """Ctrl-C ends triage without a traceback whenever it comes, and the target goes on."""
    with target("churning") as process:
        with subprocess.Popen(
            [*AS_PACKAGE, "--freeze", "--interval", "0.1", str(process.pid)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as child:
            assert child.stderr
            assert child.stderr.readline().startswith("--freeze stops")
            time.sleep(moment * 0.06)  # so each Ctrl-C comes at another moment
            child.send_signal(signal.SIGINT)
            _, errors = child.communicate(timeout=60)
        until(lambda: state(process.pid) in "RS")

    assert child.returncode in {130, -signal.SIGINT, 0, 1}
    assert "Traceback" not in errors


def test_thread_id_means_its_process() -> None:
    """The id of a thread, as htop shows it, means the process of that thread."""
    with target("in_thread") as process:
        threads = {int(task.name) for task in Path(f"/proc/{process.pid}/task").iterdir()}
        (thread,) = threads - {process.pid}
        found = report(thread, *SHORT)

    assert [entry["pid"] for entry in found.data["processes"]] == [process.pid]
    assert found.findings == []
    assert f"{thread} is a thread of PID {process.pid}" in found.errors


def test_zombie_is_called_one() -> None:
    """A zombie is gone, and the reason says that nobody has collected it."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    until(lambda: state(child.pid) == "Z")
    entry = report(child.pid).process(child.pid)
    child.wait()

    assert entry["status"] == "gone"
    assert "zombie" in entry["reason"]


@needs_root
def test_process_under_a_debugger() -> None:
    """A process that a debugger holds is told from one that a signal stopped."""
    attach, detach = 16, 17
    ptrace = ctypes.CDLL(None, use_errno=True).ptrace
    with target("blocked") as process:
        assert ptrace(attach, process.pid, 0, 0) == 0
        os.waitpid(process.pid, 0)
        entry = report(process.pid, *SHORT).process(process.pid)
        assert ptrace(detach, process.pid, 0, 0) == 0

    assert entry["status"] == "blind"
    assert "debugger" in entry["reason"]
    assert "TracerPid" in entry["next"]
    assert "kill -CONT" not in entry["next"]


@needs_root
@needs_plain_python
def test_hidden_process() -> None:
    """A process that /proc hides is there, but not for this user."""
    with target("waiting") as process:
        shell = (
            f"mount -t proc -o hidepid=2 proc /proc; exec {shlex.join(AS_NOBODY)}"
            f" {PLAIN_PYTHON} - --json {process.pid}"
        )
        done = piped("unshare", "--mount", "--propagation", "private", "bash", "-c", shell)

    assert done.returncode == 3
    assert '"denied"' in done.stdout
    assert "hidepid" in done.stdout


@needs_root
def test_machine_without_proc() -> None:
    """Without /proc triage says what it lacks, in one line."""
    shell = f"umount --lazy /proc; exec {sys.executable} {TRIAGE} 1"
    done = subprocess.run(
        ["unshare", "--mount", "--propagation", "private", "bash", "-c", shell],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("error: there is no /proc here")
    assert done.stderr.count("\n") == 1


def test_role_is_what_it_runs_itself() -> None:
    """A command line that mentions a server does not make its descendants one."""
    code = "import time; print('ready', flush=True); time.sleep(3600)  # python -m uvicorn app:app"
    shell = f'{sys.executable} -c "{code}" & wait'
    with subprocess.Popen(
        ["bash", "-c", shell, "uvicorn"], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as outer:
        assert outer.stdout
        assert outer.stdout.readline() == "ready\n"
        roles = [entry["role"] for entry in report(outer.pid, *SHORT).data["processes"]]
        os.killpg(outer.pid, signal.SIGKILL)

    assert roles == ["other", "other"]


def hang() -> None:
    """Never end."""
    threading.Event().wait()


def grow() -> int:
    """Take more memory than the child of the fallback may have."""
    return len(bytearray(8 << 30))


def crash() -> None:
    """End by a signal, as a reader that follows a wild pointer does."""
    faulthandler.disable()
    os.kill(os.getpid(), signal.SIGSEGV)


@pytest.mark.parametrize("work", [hang, grow, crash])
def test_fallback_is_bounded(work: object) -> None:
    """What CPython's own reader does wrong ends with its child, and gives no answer."""
    assert callable(work)
    assert in_child(work, 0.5) is None


def test_fallback_gives_the_answer_of_its_child() -> None:
    """A read that works comes back from the child."""
    assert in_child(lambda: [1, "two"], 60) == [1, "two"]


def test_progress_on_a_terminal() -> None:
    """A terminal is told what goes on when that takes more than two seconds, and a pipe is not."""
    with target("waiting") as process:
        controller, terminal = pty.openpty()
        done = subprocess.run(
            [sys.executable, TRIAGE, "--samples", "8", str(process.pid)],
            stdout=subprocess.PIPE,
            stderr=terminal,
            text=True,
            check=False,
            timeout=60,
        )
        os.close(terminal)
        output = os.read(controller, 10_000).decode()
        os.close(controller)
        piped = run("--samples", "8", process.pid)

    assert done.returncode == 0
    assert "triage: " in output
    assert output.endswith("\r\033[K")
    assert piped.stderr == ""


def test_next_step_fits_the_way_it_was_started() -> None:
    """Piped into Python, the commands that triage prints are piped as well."""
    with target("waiting") as process:
        done = subprocess.run(
            ["bash", "-c", f"exec python - {' '.join(SHORT)} {process.pid} < {TRIAGE}"],
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert f"python - --in-process {process.pid} < triage.py" in done.stdout
    assert textwrap.dedent(done.stderr) == ""


FORKING = """
import os, socket, time
kept = socket.create_server(("127.0.0.1", 0))
for _ in range(10):
    if os.fork() == 0:
        time.sleep(600)
print("ready", flush=True)
time.sleep(600)
"""


def test_children_are_read_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree of processes costs one scan of /proc, and one look at the sockets of the machine."""
    read: list[str] = []
    opened: list[Machine] = []
    rows = sockets._socket_rows
    begin = Machine.__init__

    def counted_rows(home: Path, table: str) -> Iterator[list[str]]:
        read.append(table)
        return rows(home, table)

    def counted_begin(machine: Machine) -> None:
        opened.append(machine)
        begin(machine)

    monkeypatch.setattr(sockets, "_socket_rows", counted_rows)
    monkeypatch.setattr(Machine, "__init__", counted_begin)
    with subprocess.Popen(
        [sys.executable, "-c", FORKING], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as outer:
        assert outer.stdout
        assert outer.stdout.readline() == "ready\n"
        options = arguments(["--samples", "1", str(outer.pid)])
        with contextlib.closing(Session(options, read.append, Faults())) as session:
            session.sample()
        os.killpg(outer.pid, signal.SIGKILL)

    assert len(session.processes) == 11
    assert all(process.snapshots[0].readable for process in session.processes)
    assert len(opened) == 1
    assert [read.count(table) for table in ("tcp", "tcp6", "unix")] == [1, 1, 1]
