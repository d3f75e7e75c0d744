"""Targets that another Python, another file system or another process stands behind."""

import importlib
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from examples.triage.read.proc import Machine
from tests.support.transcripts import ROOT
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
def test_read_by_an_older_python(python: str) -> None:
    """The Python that runs triage need not be that of the target."""
    with target("blocked") as process:
        done = subprocess.run(
            [python, TRIAGE, "--json", *SHORT, str(process.pid)],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    assert (done.returncode, done.stderr) == (1, "")
    assert '"rule": "loop-blocked"' in done.stdout


@pytest.mark.parametrize("python", OLD_PYTHONS)
def test_target_of_an_older_python(python: str) -> None:
    """A process of an older Python is blind, and the next step is a tool that reads it."""
    with target("waiting", python=python) as process:
        found = report(process.pid, *SHORT)

    entry = found.process(process.pid)
    assert (found.status, entry["status"]) == (3, "blind")
    assert "it runs Python 3." in entry["reason"]
    assert f"py-spy dump --pid {process.pid}" in entry["next"]


@needs_root
def test_other_mount_namespace(tmp_path: Path) -> None:
    """From outside a container triage reads what runs in it, and asks it as well."""
    home = Path(sysconfig.get_config_var("installed_base")).parent
    python = Path(sys.executable).resolve()
    if not python.is_relative_to(home):
        pytest.skip("the interpreter is not below its own prefix")
    app = tmp_path / "app"
    mounts = f"mount -t tmpfs tmpfs {tmp_path}; mkdir {app}; mount --bind {home} {app}; "
    under = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", mounts + 'exec "$@"']
    inside = str(app / python.relative_to(home))
    with target("dead", python=inside, under=[*under, "sh"]) as process:
        outside = report(process.pid, *SHORT)
        answered = report(process.pid, "--in-process", *SHORT)

    assert outside.statuses == ["idle"]
    assert [finding["rule"] for finding in answered.findings] == ["dead-task"]


@needs_root
def test_pid_of_a_container() -> None:
    """A PID that means something only in a container is gone, and the right one is named."""
    code = "import os, time; print(os.getpid(), flush=True); time.sleep(3600)"
    forks = f"for i in $(seq 40); do true & done; exec {sys.executable} -c '{code}'"
    namespace = ["unshare", "--pid", "--fork", "--kill-child", "bash", "-c", forks]
    with subprocess.Popen(namespace, stdout=subprocess.PIPE, text=True) as outer:
        assert outer.stdout
        inner = int(outer.stdout.readline())
        (here,) = map(int, Path(f"/proc/{outer.pid}/task/{outer.pid}/children").read_text().split())
        found = report(here, *SHORT)
        machine = Machine()
        names = machine.namesakes(inner)
        outer.kill()

    assert inner == 1
    assert here in names
    assert found.process(here)["status"] == "idle"


REUSE = """
import subprocess, sys
from pathlib import Path
from typing import Any
from examples.triage.read.proc import Machine
from examples.triage.read.sampling import Sampler
from examples.triage.read.subject import Subject

def start():
    code = "import time; print(flush=True); time.sleep(3600)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    child.stdout.readline()
    return child

first = start()
subject = Subject(first.pid, Machine())
process, sampler = subject.process, Sampler([subject], str)
sampler.snapshot()
before = len(process.snapshots), process.problem
first.kill()
first.wait()
Path("/proc/sys/kernel/ns_last_pid").write_text(str(first.pid - 1))
second = start()
sampler.snapshot()
print(first.pid == second.pid, before, len(process.snapshots), process.problem)
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
        timeout=300,
    )
    assert done.stderr == ""
    assert done.stdout == (
        "True (1, None) 1 Problem(kind='gone', text='it ended, and its PID now belongs to another"
        " process')\n"
    )


def test_asyncio_that_was_replaced_on_disk(tmp_path: Path) -> None:
    """An upgrade that replaces a file of a running process hides none of its tasks."""
    path = getattr(importlib.import_module("_asyncio"), "__file__", "")
    if not path:
        pytest.skip("this Python has _asyncio in itself, so that nothing can replace it")
    loaded = tmp_path / Path(path).name
    shutil.copy(path, loaded)
    with target("waiting", under=("env", f"PYTHONPATH={tmp_path}")) as process:
        shutil.copy(path, tmp_path / "newer")
        (tmp_path / "newer").rename(loaded)
        assert f"{loaded} (deleted)" in Path(f"/proc/{process.pid}/maps").read_text()
        entry = report(process.pid, *SHORT).process(process.pid)

    assert (entry["status"], entry["tasks"]) == ("idle", 1)
