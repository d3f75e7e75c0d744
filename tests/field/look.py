"""Start a case, let triage look at it, and leave no process behind."""

import argparse
import contextlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from examples import lab
from tests.field.verdict import Report

READY_SECONDS = 300
TRIAGE_SECONDS = 300
# What the state needs to be seen: the clients' requests have come to where they wait.
SETTLE_SECONDS = 1


class NotReachedError(Exception):
    """The case did not come into its state."""


def interpreter(text: str) -> str:
    """Give the path of an interpreter from everywhere; its symbolic links are its environment.

    Raises:
        ArgumentTypeError: when there is none.

    """
    found = shutil.which(text)
    if not found:
        raise argparse.ArgumentTypeError(f"there is no program {text}")
    return str(Path(found).absolute())


def version(python: str) -> str:
    """Give the version of an interpreter, such as 3.14.10."""
    command = [python, "-c", "import platform; print(platform.python_version())"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@contextlib.contextmanager
def running(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Iterator[int]:
    """Run a case, and give the PID that it says to look at.

    Raises:
        NotReachedError: when it ends, or says nothing for too long.

    """
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            [lab.GUARD, *command],
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as guard,
    ):
        try:
            case = int(guard.stdout.readline().split()[0]) if guard.stdout else 0
            yield ready(case, log.fileno())
        finally:
            if guard.stdin:
                guard.stdin.close()


def ready(case: int, log: int) -> int:
    """Wait until the case with the PID `case` says READY in its log, and give the PID it names."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        ended = not Path(f"/proc/{case}/cwd").exists()
        text = Path(f"/proc/self/fd/{log}").read_text(errors="replace")
        if found := re.search(r"^READY pid=(\d+)$", text, re.MULTILINE):
            return int(found[1])
        if ended:
            lines = text.strip().splitlines() or ["it said nothing"]
            raise NotReachedError(lines[-1])
        time.sleep(0.1)
    raise NotReachedError(f"not READY within {READY_SECONDS} s")


def report(triage: Sequence[str], pid: int) -> Report | None:
    """Give what triage says of a process and of those below it, or None when it fails."""
    time.sleep(SETTLE_SECONDS)
    with contextlib.suppress(subprocess.TimeoutExpired, ValueError):
        done = subprocess.run(
            [*triage, "--json", str(pid)],
            capture_output=True,
            text=True,
            timeout=TRIAGE_SECONDS,
            check=False,
        )
        parsed: Report = json.loads(done.stdout)
        return parsed
    return None
