"""Machines to run scripts/bootstrap.sh on."""

import shutil
from pathlib import Path

import pytest

from tests.bootstrap.machine import (
    APT_CACHE,
    APT_GET,
    DPKG_DEB,
    READY_PYTHON,
    ROOT,
    TOOLS,
    UV_WITHOUT_ITS_CPYTHON,
    WORKING_UV,
    Machine,
)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Make a machine with a checkout and the everyday tools, and nothing else."""
    made = Machine(tmp_path / "checkout", tmp_path / "stubs", tmp_path / "home")
    (made.checkout / "scripts").mkdir(parents=True)
    made.home.mkdir()
    made.stubs.mkdir()
    shutil.copy(ROOT / "scripts/bootstrap.sh", made.checkout / "scripts")
    shutil.copy(ROOT / "requirements.lock", made.checkout)
    for tool in ("env", *TOOLS):
        found = shutil.which(tool)
        assert found, f"{tool} is not on PATH"
        (made.stubs / tool).symlink_to(found)
    return made


@pytest.fixture
def ready(machine: Machine) -> Machine:
    """Make a machine on which uv has made the environment already."""
    machine.add("python3.14", READY_PYTHON)
    machine.add("uv", WORKING_UV)
    first = machine.bootstrap()
    assert first.returncode == 0, first.stderr
    return machine


@pytest.fixture
def debian(machine: Machine) -> Machine:
    """Make a Debian whose mirror is between two releases of CPython, and uv fetches none."""
    found = shutil.which("grep")
    machine.add("grep", f'case "$*" in *os-release) ;; *) exec {found} "$@" ;; esac')
    machine.add("uv", UV_WITHOUT_ITS_CPYTHON)
    machine.add("apt-get", APT_GET)
    machine.add("apt-cache", APT_CACHE)
    machine.add("dpkg-deb", DPKG_DEB)
    machine.env |= {"FORKY": "3.14.8", "SID": "3.14.10"}
    return machine
