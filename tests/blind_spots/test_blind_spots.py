"""Where ps shows nothing, or something else than what is going on."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.support import bands
from tests.support.repros import Target, started
from tests.support.transcripts import ROOT

HERE = "examples/blind_spots"

# Thread ids and states of py-spy, and how many reads fail, differ from run to run.
LOOSE = {
    r"Thread \d+ \((?:idle|active|active\+gil)\)": "Thread [TID] (idle)",
    r"\b(?!0 )\d+ of 1000 reads failed": "[some] of 1000 reads failed",
    r"request-\d": "request-[N]",
    # Files of the standard library, whose lines move with each patch release.
    r"\b((?:locks|queues|taskgroups|tasks)\.py):\d+": r"\1:[L]",
    r"\(size \d+, ": "(size [N], ",
}


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the scripts that look at a process."""
    return subprocess.run(
        [sys.executable, f"{HERE}/{name}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "name",
    [
        "async_generator",
        "await_cycle",
        "background_thread",
        "blocked_loop",
        "churn",
        "deep_nesting",
        "many_tasks",
        "names",
        "orm_greenlet",
        "reused_id",
        "shared_children",
        "shared_task",
        "subinterpreter",
        "sync_endpoint",
    ],
)
def test_blind_spot(name: str, transcript: Callable[..., None]) -> None:
    """What ps does not show is shown by another look at the same process."""
    with started(f"{HERE}/{name}.py") as target:
        transcript(f"{HERE}/{name}.out", patterns=LOOSE, PID=target.pid)


def test_usual_errors_of_a_busy_process(transcript: Callable[..., None]) -> None:
    """Reads that meet a change fail with each of the texts in the index."""
    with started(f"{HERE}/churn.py") as target:
        transcript(f"{HERE}/churn_texts.out", PID=target.pid)


def ps_error(pid: int) -> str:
    """Give the last line of a ps that fails; empty when it does not."""
    command = [sys.executable, "-m", "asyncio", "ps", str(pid)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().splitlines()[-1] if done.returncode else ""


@contextlib.contextmanager
def with_the_usual_error() -> Iterator[Target]:
    """Start the script until ps fails on it with the text that it has most of the time.

    What ps takes for a frame is whatever the process has beside the generator in
    memory: in some starts the text is another, or ps does not fail; and so it stays.
    """
    for _ in range(20):
        with started(f"{HERE}/anext_task.py") as target:
            if ps_error(target.pid).endswith("Bad address"):
                yield target
                return
    raise AssertionError("ps never failed with 'Bad address'")


def test_anext_task(transcript: Callable[..., None]) -> None:
    """One task made from anext() makes ps and pstree fail again and again, up to 3.14.8."""
    fails = bands.holds("anext-task-fails")
    with with_the_usual_error() if fails else started(f"{HERE}/anext_task.py") as target:
        assert [bool(ps_error(target.pid)) for _ in range(5)] == [fails] * 5
        transcript(f"{HERE}/anext_task.out", patterns=LOOSE, PID=target.pid)


def test_hook_in_the_process(transcript: Callable[..., None]) -> None:
    """A signal handler that was built in prints the tasks, subinterpreter or not."""
    with started(f"{HERE}/subinterpreter.py") as target:
        os.kill(target.pid, signal.SIGUSR1)
        assert target.repro.stdout
        output = "".join(iter(target.repro.stdout.readline, "END\n"))
        ids = {r"id=0x[0-9a-f]+": "id=[task-1]", r"(asyncio/locks.py)', line \d+": r"\1', line [L]"}
        transcript(
            f"{HERE}/subinterpreter_hook.out",
            patterns=ids,
            printed=target.printed + output,
            PID=target.pid,
        )


@pytest.mark.parametrize("script", ["from_inside.py", "read_often.py", "read_texts.py"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "usage: "),
        (("forty-two",), "usage: "),
        (("1", "2", "3"), "usage: "),
        ((str(2**22 + 1),), "error: "),
    ],
)
def test_bad_input_is_one_line(script: str, arguments: tuple[str, ...], message: str) -> None:
    """Bad input ends with one line and a status that is not 0."""
    done = tool(script, *arguments)

    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1
    assert (done.stdout, done.returncode) == ("", 1)
