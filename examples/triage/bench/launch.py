"""Run a tool once, and measure what it costs."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

# A child begins with the memory of its parent, so a small process starts the tool.
LAUNCHER = """
import json, resource, subprocess, sys, time

begin = time.perf_counter()
child = subprocess.Popen(sys.argv[2:], stderr=subprocess.DEVNULL)
try:
    status = child.wait(float(sys.argv[1]) or None)
except subprocess.TimeoutExpired:
    child.kill()
    child.wait()
    status = None
seconds = time.perf_counter() - begin
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps([status, seconds, peak]), file=sys.stderr)
"""


@dataclass(frozen=True)
class Launched:
    """One run of a tool.

    Attributes:
        status: exit status; negative when a signal ended it, None when it was killed for its time.
        seconds: wall time.
        megabytes: largest resident set, of the tool or of a child of it.
        output: what it printed.

    """

    status: int | None
    seconds: float
    megabytes: float
    output: bytes


def launch(*arguments: str, limit: float = 0.0) -> Launched:
    """Run this Python with arguments.

    Args:
        arguments: of the interpreter.
        limit: seconds after which it is killed; 0 waits for ever.

    """
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, str(limit), sys.executable]
    done = subprocess.run([*launcher, *arguments], capture_output=True, check=True)
    status, seconds, megabytes = json.loads(done.stderr)
    return Launched(status, seconds, megabytes, done.stdout)
