"""Which process of a service holds its tasks."""

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator

import psutil
import pytest

from tests.support import bands
from tests.support.repros import Target, started
from tests.triage.reports import VOLATILE

HERE = "examples/which_process"
SCRIPT = f"{HERE}/service.py"
# Columns of ps are as wide as the machine's largest PID; options such as -B and
# the numbers of pipes are those of the interpreter that ran the tests.
LISTING = {
    r"(?m)^ *(\d+|PID) +(\d+|PPID) ": r"\1 \2 ",
    r"\S*/bin/python\S*( -B)?": "python",
    r"\(tracker_fd=\d+, pipe_handle=\d+\)": "(...)",
    r"main\(\d.*?\)(?=\n| worker)": "main(...)",
}


def family(pid: int) -> list[int]:
    """Give the PIDs below `pid`, oldest first."""
    return sorted(child.pid for child in psutil.Process(pid).children(recursive=True))


def guard(pid: int) -> int:
    """Give the PID of the shell that the lab starts a command from."""
    return psutil.Process(pid).ppid()


def test_single(transcript: Callable[..., None]) -> None:
    """Without workers the process that was started is the right one."""
    with started(SCRIPT, "single") as target:
        assert family(target.pid) == []
        transcript(
            f"{HERE}/single.out", patterns=LISTING, PID=target.pid, SHELL_PID=guard(target.pid)
        )


def test_workers(transcript: Callable[..., None]) -> None:
    """With workers the supervisor looks empty and each worker shows its tasks."""
    with started(SCRIPT, "workers") as target:
        tracker, first, second = family(target.pid)
        pids = {"PID": target.pid, "TRACKER": tracker, "WORKER1": first, "WORKER2": second}
        pids["SHELL_PID"] = guard(target.pid)
        transcript(f"{HERE}/workers_tree.out", patterns=LISTING, **pids)
        transcript(f"{HERE}/workers.out", **pids)
        transcript(f"{HERE}/workers_rule.out", **pids)
        transcript(f"{HERE}/workers_triage.out", patterns=VOLATILE, **pids)


@contextlib.contextmanager
def usual_worker() -> Iterator[Target]:
    """Start the worker until ps says of it what it says most of the time.

    Up to 3.14.8, whether and how ps fails depends on where things lie in the memory of the worker.
    """
    usual = "Bad address\n" if bands.holds("idle-worker-fails") else ""
    for _ in range(20):
        with started(SCRIPT, "taskiq") as target:
            command = [sys.executable, "-m", "asyncio", "ps", str(family(target.pid)[-1])]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if bool(done.returncode) == bool(usual) and done.stderr.endswith(usual):
                yield target
                return
    raise AssertionError("ps never said what it usually says")


def test_taskiq(transcript: Callable[..., None]) -> None:
    """The worker is a grandchild, below the forkserver, and all above it look empty."""
    with usual_worker() as target:
        tracker, forkserver, worker = family(target.pid)
        pids = {"PID": target.pid, "TRACKER": tracker, "FORKSERVER": forkserver, "WORKER": worker}
        pids["SHELL_PID"] = guard(target.pid)
        assert psutil.Process(worker).ppid() == forkserver
        transcript(f"{HERE}/taskiq_tree.out", patterns=LISTING, **pids)
        transcript(f"{HERE}/taskiq.out", **pids)
        transcript(f"{HERE}/taskiq_rule.out", **pids)


@pytest.mark.parametrize("owner", ["lifespan", "bootstrap"])
def test_process_that_a_service_starts(owner: str, transcript: Callable[..., None]) -> None:
    """A process started by the lifespan, or by a worker's bootstrap, is found and has its tasks."""
    with started(SCRIPT, owner) as target:
        (feed,) = (
            child.pid
            for child in psutil.Process(target.pid).children(recursive=True)
            if "examples.which_process.feed" in child.cmdline()
        )
        pids = {"PID": target.pid, "FEED": feed, "OWNER": psutil.Process(feed).ppid()}
        transcript(f"{HERE}/{owner}.out", patterns=LISTING, **pids)


def test_unknown_way_is_refused() -> None:
    """A way to start that does not exist ends the script with a usage message."""
    with pytest.raises(AssertionError, match="instead of READY"), started(SCRIPT, "threads"):
        pass
