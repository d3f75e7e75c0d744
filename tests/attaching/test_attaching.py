"""Who may read which process, and what ps says to everybody else."""

import contextlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.transcripts import ROOT
from tests.triage.reports import VOLATILE

HERE = "examples/attaching"
TARGET = str(ROOT / HERE / "target.py")
PYTHON = str(Path(sys.executable).resolve())

needs_root = pytest.mark.skipif(
    os.geteuid() != 0,
    reason="only root can become another user, drop a capability or mount a file system",
)
Transcript = Callable[..., None]

# The interpreter may lie below a home folder that other users cannot enter. This
# capability lets them, and allows nothing towards another process.
READ_FILES = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]


def user(number: int) -> list[str]:
    """Give the command that runs another one as this user."""
    ids = [f"--reuid={number}", f"--regid={number}", "--clear-groups"]
    return ["setpriv", *ids, *READ_FILES]


@contextlib.contextmanager
def target(
    *flags: str, under: Sequence[str] = (), python: str = PYTHON, **variables: str
) -> Iterator[int]:
    """Run the target until it is READY, and give its PID."""
    with subprocess.Popen(
        [*under, python, TARGET, *flags],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | variables,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            assert line.startswith("READY pid="), line
            yield int(line.removeprefix("READY pid="))
        finally:
            process.kill()


def test_same_user(transcript: Transcript) -> None:
    """The user of the process may read it."""
    with target() as pid:
        transcript(f"{HERE}/same_user.out", PID=pid)


@needs_root
def test_other_user(transcript: Transcript) -> None:
    """Another user is refused, and told why."""
    with target(under=user(1000)) as pid:
        transcript(f"{HERE}/other_user.out", PID=pid, under=user(1001))


@needs_root
def test_root_without_ptrace(transcript: Transcript) -> None:
    """Root without CAP_SYS_PTRACE, as in a container, is refused; the same user is not."""
    with target(under=user(1000)) as pid:
        contained = ["setpriv", "--bounding-set=-sys_ptrace", "--"]
        transcript(f"{HERE}/root_without_ptrace.out", PID=pid, under=contained)
        transcript(f"{HERE}/as_the_same_user.out", PID=pid, under=user(1000))


@needs_root
def test_fewer_capabilities(transcript: Transcript) -> None:
    """A reader that lacks a capability of the process is refused, though it is the same user."""
    with target() as pid:
        fewer = ["setpriv", "--bounding-set=-sys_ptrace,-sys_admin", "--"]
        transcript(f"{HERE}/fewer_capabilities.out", PID=pid, under=fewer)


@needs_root
def test_non_dumpable(transcript: Transcript) -> None:
    """A process that the kernel marks as not dumpable is closed to its own user."""
    with target("--non-dumpable", under=user(1000)) as pid:
        transcript(f"{HERE}/non_dumpable.out", PID=pid, under=user(1000))


@pytest.fixture
def container(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """Run the target from a path that exists in its own mount namespace only."""
    home = Path(sysconfig.get_config_var("installed_base")).parent
    app = tmp_path / "app"
    mounts = (
        f'mount -t tmpfs tmpfs {tmp_path} && mkdir {app} && mount --bind {home} {app} && exec "$@"'
    )
    inside = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", mounts, "sh"]
    with target(under=inside, python=str(app / "usr/bin/python3.14")) as pid:
        yield pid, app


@needs_root
@pytest.mark.skipif(
    not PYTHON.endswith("/usr/bin/python3.14"),
    reason="the outputs show usr/bin/python3.14 of a prefix, and this Python is elsewhere",
)
def test_other_mount_namespace(transcript: Transcript, container: tuple[int, Path]) -> None:
    """From outside a container the files are missing; a symbolic link or nsenter finds them."""
    pid, app = container
    here: dict[str, Any] = {"PID": pid, "APP": app, "patterns": {str(app): "/app"}}

    transcript(f"{HERE}/container_from_outside.out", **here)
    volatile = {**VOLATILE, **here["patterns"]}
    transcript(f"{HERE}/container_triage.out", **here | {"patterns": volatile})
    transcript(f"{HERE}/container_symlink.out", **here)
    transcript(f"{HERE}/container_nsenter.out", **here)


def test_not_python(transcript: Transcript) -> None:
    """A process that is no Python is named as such, if you know the words."""
    with subprocess.Popen(["sleep", "600"]) as process:
        try:
            transcript(f"{HERE}/not_python.out", PID=process.pid)
        finally:
            process.kill()


OLD_PYTHON = shutil.which("python3.11", path="/usr/bin")


@pytest.mark.skipif(OLD_PYTHON is None, reason="there is no /usr/bin/python3.11 to look at")
def test_old_python(transcript: Transcript) -> None:
    """A Python before 3.13 gets the same words as no Python at all."""
    assert OLD_PYTHON
    with target("--no-asyncio", python=OLD_PYTHON) as pid:
        transcript(f"{HERE}/old_python.out", PID=pid)


PYTHON_3_13 = next(map(str, Path.home().glob(".pyenv/versions/3.13.*/bin/python3.13")), None)
PYTHON_3_13 = PYTHON_3_13 or shutil.which("python3.13", path="/usr/bin:/usr/local/bin")


@pytest.mark.skipif(
    PYTHON_3_13 is None, reason="neither pyenv nor the system has a Python 3.13 to look at"
)
def test_python_3_13(transcript: Transcript) -> None:
    """Python 3.13 is known, and refused by its version."""
    assert PYTHON_3_13
    with target("--no-asyncio", python=PYTHON_3_13) as pid:
        transcript(f"{HERE}/python_3_13.out", PID=pid)


def test_gone(transcript: Transcript) -> None:
    """A process that has ended is a missing file under /proc."""
    with subprocess.Popen(["true"]) as process:
        process.wait()
    transcript(f"{HERE}/gone.out", PID=process.pid)


def test_no_asyncio(transcript: Transcript) -> None:
    """A process that has not imported asyncio has no section to read."""
    with target("--no-asyncio") as pid:
        transcript(f"{HERE}/no_asyncio.out", PID=pid)


def test_remote_debug_off(transcript: Transcript) -> None:
    """PYTHON_DISABLE_REMOTE_DEBUG closes sys.remote_exec, and not ps."""
    with target(PYTHON_DISABLE_REMOTE_DEBUG="1") as pid:
        transcript(f"{HERE}/remote_debug_off.out", PID=pid)


def test_usage(transcript: Transcript) -> None:
    """A missing PID or a name is a usage error with status 2."""
    transcript(f"{HERE}/usage.out")
