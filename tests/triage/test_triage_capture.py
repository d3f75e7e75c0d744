"""A capture is judged later as the process was, compared with another, and drawn as a tree."""

import dataclasses
import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import cast

import pytest

from examples.triage.case import Case
from examples.triage.cli import Command
from examples.triage.faults import Faults
from examples.triage.model import Frame, Held, Object, Process, Snapshot, Task
from examples.triage.options import arguments
from examples.triage.outcome import judge
from examples.triage.read.session import Session
from examples.triage.say.capture import CaptureError, load, naming, save
from examples.triage.say.tree import tree_text
from tests.support.repros import running
from tests.support.transcripts import ROOT
from tests.triage.reports import TRIAGE, piped, report, run
from tests.triage.small_targets import target

SHORT = ("--samples", "2", "--interval", "0.1")
TAKEN = "2026-11-26T00:00:00+0000"

LOCK = Object("Lock", 0x7F00A90)
ACQUIRE = Frame("/usr/lib/python3.14/asyncio/locks.py", 112, "Lock.acquire", "asyncio.locks")
ENTER = Frame("/usr/lib/python3.14/asyncio/locks.py", 15, "Lock.__aenter__", "asyncio.locks")
READ = Frame("/lib/python3.14/streams.py", 5, "StreamReader.readline", "asyncio.streams")
DEADLINE = "at line 30 of refresh, with no deadline"
QUOTE = Frame("/app/service.py", 12, "quote", "service", own=True)
HOLD = Frame("/app/service.py", 30, "refresh", "service", own=True)
RUN = Frame(
    "/app/uvicorn/h11_impl.py",
    400,
    "RequestResponseCycle.run_asgi",
    "uvicorn.protocols.http.h11_impl",
)


def process_of(*snapshots: list[Task], age: float = 100.0, step: float = 5.0) -> Process:
    """Make a process with these tasks in its snapshots, `step` seconds from one to the next."""
    return Process(
        7,
        7,
        1000,
        "uvicorn",
        "uvicorn service:app",
        age=age,
        cwd="/app",
        python="3.14.8",
        snapshots=[
            Snapshot(number * step, {task.key: task for task in tasks})
            for number, tasks in enumerate(snapshots)
        ],
    )


def waiters(count: int) -> list[Task]:
    """Make requests that wait for one lock."""
    return [
        Task(
            number,
            f"Task-{number}",
            (ACQUIRE, ENTER, QUOTE, RUN),
            future=number,
            selves=(LOCK, LOCK, None, None),
        )
        for number in range(100, 100 + count)
    ]


HOLDER = Task(
    12,
    "Task-12",
    (READ, HOLD, RUN),
    future=12,
    selves=(Object("StreamReader", 0x7F00B00), None, None),
    held=(Held(LOCK, 1),),
)


def test_loaded_capture_is_what_was_saved(tmp_path: Path) -> None:
    """Everything that was read comes back, but the arguments of the command line."""
    process = process_of([HOLDER, *waiters(3)], [HOLDER, *waiters(3)])
    save(tmp_path / "capture.json", [process], taken=TAKEN)
    (loaded,) = load(tmp_path / "capture.json")

    assert loaded == process


def test_capture_of_a_process_is_judged_alike(tmp_path: Path) -> None:
    """Package, built file and piped file say about a capture what was said about the process."""
    file = tmp_path / "capture.json"
    with target("blocked") as process:
        live = report(process.pid, "--save", file, *SHORT)
    outputs = []
    for way in (["-m", "examples.triage"], [TRIAGE], ["-"]):
        done = piped(sys.executable, *way, "--json", file)
        assert (done.returncode, done.stderr) == (1, "")
        outputs.append(done.stdout)
    schema = "examples/triage/outputs/capture.schema.json"
    subprocess.run(["check-jsonschema", "--schemafile", schema, str(file)], cwd=ROOT, check=True)

    assert outputs == [outputs[0]] * 3
    assert json.loads(outputs[0])["processes"][0]["findings"] == live.findings
    assert file.stat().st_mode & 0o077 == 0


def test_capture_holds_no_value(tmp_path: Path) -> None:
    """Neither arguments of the command line nor the code in it go into a capture."""
    file = tmp_path / "capture.json"
    with target("dead", "-X", "importtime=0") as process:
        run("--save", file, process.pid, *SHORT)

    assert "a value that nobody may see" not in file.read_text()


@pytest.mark.parametrize(
    ("command", "kept"),
    [
        ("python -m uvicorn app.main:app --port 80", "python -m uvicorn app.main:app ..."),
        ("python3.14 serve.py", "python3.14 serve.py"),
        ("gunicorn --token hunter2 app:app", "gunicorn app:app ..."),
        ("python -c print(1)", "python -c ..."),
        ("taskiq worker jobs:broker", "taskiq worker jobs:broker"),
        ("arq REDIS=redis://:hidden@host settings.Worker", "arq settings.Worker ..."),
    ],
)
def test_command_line_in_a_capture(command: str, kept: str) -> None:
    """What names the program and the application stays; what may be a value goes."""
    assert naming(command) == kept


@pytest.mark.parametrize("text", ["", "{}", "[]", "\x00", '{"kind": "triage capture"}', "[" * 9999])
def test_file_that_is_no_capture(tmp_path: Path, text: str) -> None:
    """Anything else than a capture is refused in one line, with the status of a wrong usage."""
    file = tmp_path / "junk.json"
    file.write_text(text)
    with pytest.raises(CaptureError):
        load(file)
    done = run(file)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_damaged_capture(tmp_path: Path) -> None:
    """A capture in which something is missing is refused, and no traceback."""
    file = tmp_path / "capture.json"
    save(file, [process_of([HOLDER])], taken=TAKEN)
    data = json.loads(file.read_text())
    for name in ("frames", "processes"):
        file.write_text(json.dumps({**data, name: [[]]}))
        with pytest.raises(CaptureError):
            load(file)


def test_capture_is_not_overwritten(tmp_path: Path) -> None:
    """An earlier capture is evidence: it stays, and triage says so before it looks."""
    file = tmp_path / "capture.json"
    file.write_text("evidence")
    with target("blocked") as process:
        done = run("--save", file, process.pid, *SHORT)

    assert file.read_text() == "evidence"
    assert "exists already" in done.stderr
    assert (done.returncode, done.stdout) == (2, "")


def test_baseline_shows_what_grew(tmp_path: Path) -> None:
    """Between two captures the report gives counts, what is still there, and the rate."""
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    save(before, [process_of([HOLDER, *waiters(3)])], taken=TAKEN)
    save(after, [process_of([HOLDER, *waiters(33)], age=400.0)], taken=TAKEN)
    done = run(after, before)
    (row,) = (line.split() for line in done.stdout.splitlines() if " +6.0 " in line)
    data = json.loads(run("--json", after, before).stdout)["processes"][0]["growth"]

    assert row[:4] == ["3", "33", "3", "+6.0"]
    assert [(one["before"], one["now"]) for one in data] == [(3, 33), (1, 1)]
    assert [one["a_minute"] for one in data] == [6.0, 0]


def test_baseline_of_another_process(tmp_path: Path) -> None:
    """Captures of two processes cannot be compared, and a line says so."""
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    save(one, [process_of([HOLDER])], taken=TAKEN)
    process = process_of([HOLDER])
    process.start += 1
    save(other, [process], taken=TAKEN)
    done = run(one, other)

    assert (done.returncode, done.stdout) == (2, "")
    assert "no process in common" in done.stderr


def test_baseline_that_is_later(tmp_path: Path) -> None:
    """The two captures in the wrong order are refused."""
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    save(one, [process_of([HOLDER], age=10)], taken=TAKEN)
    save(other, [process_of([HOLDER], age=20)], taken=TAKEN)
    done = run(one, other)

    assert done.returncode == 2
    assert "later" in done.stderr


def test_tree_begins_with_the_root_blocker() -> None:
    """The holder comes first and once, with what it waits for, and below it who waits for it."""
    tasks = [HOLDER, *waiters(37)]
    lines = list(tree_text(Case(process_of(tasks, tasks))))

    assert lines == [
        "PID 7: uvicorn, 38 tasks in units of work",
        f"  Task-12 (request) waits in StreamReader.readline {DEADLINE}",
        "    37 requests wait for Lock 0x7f00a90, held by it: service.py:12 quote",
    ]


def test_tree_goes_on_through_a_second_lock() -> None:
    """A waiter that holds another lock has its own waiters below it."""
    second = Object("Semaphore", 0x7F00C00)
    middle = waiters(1)[0]
    middle = Task(
        middle.id, "Task-20", middle.stack, future=1, selves=middle.selves, held=(Held(second, 2),)
    )
    behind = Task(
        200,
        "Task-200",
        (
            Frame(ACQUIRE.file, 400, "Semaphore.acquire", "asyncio.locks"),
            Frame(ACQUIRE.file, 15, "Semaphore.__aenter__", "asyncio.locks"),
            QUOTE,
            RUN,
        ),
        future=200,
        selves=(second, second, None, None),
    )
    tasks = [HOLDER, middle, behind]
    lines = list(tree_text(Case(process_of(tasks, tasks))))

    assert lines[2] == "    1 request waits for Lock 0x7f00a90, held by it: service.py:12 quote"
    assert lines[3].startswith("      1 request waits for Semaphore 0x7f00c00, held by Task-20")


def test_tree_of_a_lock_without_a_holder() -> None:
    """What nobody holds is said to be held by no task."""
    tasks = waiters(2)
    lines = list(tree_text(Case(process_of(tasks, tasks))))

    assert lines[1] == "  2 requests wait for Lock 0x7f00a90, held by no task: service.py:12 quote"


def test_tree_of_an_incident() -> None:
    """On the real lock convoy the request that holds the lock comes first."""
    with running("lock_convoy") as shown:
        done = run("--tree", shown.pid, *SHORT)

    root, _, waiting = done.stdout.partition("held by it")
    assert "waits in StreamReader.readline" in root
    assert "2 requests wait for Lock 0x" in root
    assert " quote" in waiting
    assert max(map(len, done.stdout.splitlines())) <= 92


LATER = """
import asyncio, time
async def main():
    print("ready", flush=True)
    for _ in range(30):
        await asyncio.sleep(0.05)
    time.sleep(30)
asyncio.run(main())
"""


def test_until_it_happens(tmp_path: Path) -> None:
    """The first look with that outcome is reported, and its capture is kept."""
    file = tmp_path / "capture.json"
    with subprocess.Popen(
        [sys.executable, "-c", LATER], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        process.stdout.readline()
        command = ("--until", "findings", "--for", "60", "--interval", "0.1", "--save", file)
        found = report(*command, process.pid)
        process.kill()

    assert found.status == 1
    assert found.findings[0]["rule"] == "loop-blocked"
    assert judge(load(file)[0]).status == "findings"
    assert f"saved {file}" in found.errors


def test_until_it_does_not_happen(tmp_path: Path) -> None:
    """When the time is over the last sample is reported, with how long it sampled."""
    with target("waiting") as process:
        done = run("--until", "findings", "--for", "1", "--interval", "0.1", process.pid)

    assert re.search(r"^no findings in \d+ s; this is the last sample$", done.stderr, re.MULTILINE)
    assert (done.returncode, "IDLE" in done.stdout) == (0, True)
    assert list(tmp_path.iterdir()) == []


def test_own_code_by_its_name() -> None:
    """With --own a package that counts as a library is yours."""
    with target("blocked") as process:
        entry = report("--own", "asyncio", process.pid, *SHORT).process(process.pid)

    assert entry["status"] == "findings"


def test_lines_of_json() -> None:
    """With --json-lines each process is a line of its own."""
    with target("blocked") as one, target("waiting") as other:
        done = run("--json-lines", one.pid, other.pid, *SHORT)

    assert [json.loads(line)["pid"] for line in done.stdout.splitlines()] == [one.pid, other.pid]


def test_line_of_json_comes_as_soon_as_it_is_decided() -> None:
    """With --json-lines one process that does not answer holds up no line of another."""
    with target("waiting") as one, target("blocked") as other:
        words = ["--json-lines", "--in-process", "--wait", "600", *SHORT]
        with subprocess.Popen(
            [sys.executable, TRIAGE, *words, str(one.pid), str(other.pid)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as triage:
            assert triage.stdout
            deadline = threading.Timer(120, triage.kill)
            deadline.start()
            first = triage.stdout.readline()
            other.kill()
            rest, _ = triage.communicate(timeout=120)
            deadline.cancel()

    assert json.loads(first)["pid"] == one.pid
    (second,) = map(json.loads, rest.splitlines())
    assert second["pid"] == other.pid
    assert second["status"] == "findings"
    assert triage.returncode == 1


def test_decided_processes_do_not_wait_for_more_samples(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """With --json-lines longer sampling of one process comes after the lines of the others."""
    undecided = process_of(*[[HOLDER, *waiters(3)]] * 2, step=2.0)
    decided = dataclasses.replace(process_of([HOLDER], [], step=2.0), pid=8)
    command = Command(arguments(["--json-lines", "7", "8"]), Faults())

    class Sampled:
        processes = (undecided, decided)
        printed = ""

        def sample(self) -> None:
            """Have sampled already."""

        def sample_longer(self, seconds: float) -> None:
            """Keep what was printed before it."""
            del seconds
            self.printed = capsys.readouterr().out

    session = Sampled()
    verdicts = command.read(cast("Session", session))
    command.report(verdicts, command.run_of(verdicts, "read-only", 2.0))

    assert [json.loads(line)["pid"] for line in session.printed.splitlines()] == [8]
    assert [json.loads(line)["pid"] for line in capsys.readouterr().out.splitlines()] == [7]
