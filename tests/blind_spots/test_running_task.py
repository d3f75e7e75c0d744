"""The script that shows what a process runs right now."""

import os
import subprocess
import sys

import pytest

from tests.support.transcripts import ROOT


def running_task(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script as a reader does."""
    command = [sys.executable, "examples/blind_spots/running_task.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_idle_loop_is_said() -> None:
    """A loop that waits for events has no running task, and the script says so."""
    script = "import asyncio; print(); asyncio.run(asyncio.sleep(3600))"
    with subprocess.Popen([sys.executable, "-uc", script], stdout=subprocess.PIPE) as idle:
        try:
            assert idle.stdout
            assert idle.stdout.readline()
            done = running_task(str(idle.pid))
        finally:
            idle.kill()

    assert (done.stdout, done.returncode) == ("no task is running\n", 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "usage: "),
        (("forty-two",), "usage: "),
        (("0",), "error: "),
        ((str(2**22 + 1),), "error: "),
        ((str(os.getppid()), "surplus"), "usage: "),
    ],
)
def test_bad_input_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    """Bad input ends with one line and a status that is not 0."""
    done = running_task(*arguments)

    assert done.stdout == ""
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1
    assert done.returncode == 1
