"""Child processes as the kernel shows them: those that live, and those that nobody collected."""

import subprocess
import sys

from examples.triage.model import ENDED
from examples.triage.read.proc import Machine, children_of

PARENT = """
import os, subprocess, sys
ended = [subprocess.Popen(program) for program in ([sys.executable, "-c", "exit(3)"], ["true"])]
for child in ended:
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
alive = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
print("ready", flush=True)
sys.stdin.read()
alive.communicate()
"""


def test_child_that_nobody_collected() -> None:
    """A child that has ended is told by state and status, and one of the same program by name."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "ready\n"
        found = children_of(parent.pid, Machine())
        parent.communicate("")

    assert [(one.state == ENDED, one.python) for one in found] == [
        (True, True),
        (True, False),
        (False, False),
    ]
    assert [one.status for one in found] == [3 << 8, 0, 0]
    assert [one.command for one in found[1:]] == ["true", "cat"]
