"""Targets that another Python, another file system or another process stands behind."""

import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from tests.transcripts import ROOT
from tests.triage.reports import TRIAGE, report
from tests.triage.small_targets import target

SHORT = ("--samples", "2", "--interval", "0.3")
OLDEST = (3, 9)

needs_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can make a mount or a PID namespace"
)


def old_pythons() -> list[str]:
    """Give every older interpreter of the system that triage speaks to, newest first."""
    folders = [Path("/usr/bin"), *sorted(Path.home().glob(".pyenv/versions/*/bin"))]
    found = {
        minor: str(python)
        for folder in folders
        for minor in range(OLDEST[1], 14)
        if (python := folder / f"python3.{minor}").exists()
    }
    return [found[minor] for minor in sorted(found, reverse=True)]


OLD_PYTHONS: list[Any] = [*old_pythons()] or [
    pytest.param("", marks=pytest.mark.skip("the system has no Python from 3.9 to 3.13"))
]


@pytest.mark.parametrize("python", OLD_PYTHONS)
def test_run_by_an_older_python(python: str) -> None:
    """An older Python gives one line and the status of a wrong usage."""
    done = subprocess.run(
        [python, TRIAGE, "1"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: triage runs on CPython 3.14, that of its target\n"


@pytest.mark.parametrize("python", OLD_PYTHONS)
def test_target_of_an_older_python(python: str) -> None:
    """A process of an older Python is blind, and the next step is a tool that reads it."""
    with target("waiting", python=python) as process:
        found = report(process.pid, *SHORT)

    entry = found.process(process.pid)
    assert (found.status, entry["status"]) == (3, "blind")
    assert "not 3.14" in entry["reason"] or "a Python 3.13 process" in entry["reason"]
    assert f"py-spy dump --pid {process.pid}" in entry["next"]


@needs_root
def test_other_mount_namespace(tmp_path: Path) -> None:
    """From outside a container triage is blind, and the command that it gives enters it."""
    home = Path(sysconfig.get_config_var("installed_base")).parent
    python = Path(sys.executable).resolve()
    if not python.is_relative_to(home):
        pytest.skip("the interpreter is not below its own prefix")
    app = tmp_path / "app"
    mounts = f"mount -t tmpfs tmpfs {tmp_path}; mkdir {app}; mount --bind {home} {app}; "
    under = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", mounts + 'exec "$@"']
    inside = str(app / python.relative_to(home))
    with target("waiting", python=inside, under=[*under, "sh"]) as process:
        outside = report(process.pid, *SHORT)
        entry = outside.process(process.pid)
        command = entry["next"].splitlines()[-1]
        entered = subprocess.run(
            ["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False
        )
        # A link to the files of the process does as well.
        app.symlink_to(f"/proc/{process.pid}/root{app}")
        linked = report(process.pid, *SHORT)

    assert (outside.status, entry["status"]) == (3, "blind")
    assert "another mount namespace" in entry["reason"]
    assert shlex.split(command)[0] == "nsenter"
    assert entered.stderr == ""
    assert f"PID {process.pid}: other  IDLE" in entered.stdout
    assert linked.statuses == ["idle"]


REUSE = """
import subprocess, sys
from pathlib import Path
from typing import Any
from examples.triage.read.proc import open_process
from examples.triage.read.sampling import sample

def start():
    code = "import time; print(flush=True); time.sleep(3600)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    child.stdout.readline()
    return child

first = start()
process = open_process(first.pid)
sample(process, None)
before = len(process.looks), process.error
first.kill()
first.wait()
Path("/proc/sys/kernel/ns_last_pid").write_text(str(first.pid - 1))
second = start()
sample(process, None)
print(first.pid == second.pid, before, len(process.looks), type(process.error).__name__)
second.kill()
"""


@needs_root
@pytest.mark.skipif(
    not Path("/proc/sys/kernel/ns_last_pid").exists(), reason="this kernel gives no PID on request"
)
def test_reused_pid() -> None:
    """A PID that the kernel gives to another process between two samples is gone."""
    namespace = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    done = subprocess.run(
        [*namespace, sys.executable, "-c", REUSE],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    assert done.stdout == "True (1, None) 1 GoneError\n"
