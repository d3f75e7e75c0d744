"""scripts/bootstrap.sh makes the environment, or says what it needs for that."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bootstrap.machine import READY_PYTHON, UV_WITHOUT_CPYTHON, WORKING_UV, Machine


def without_pip(machine: Machine) -> None:
    """Python 3 is there, its pip is not."""
    machine.add("python3", "echo 'No module named pip' >&2; exit 1")


def without_network(machine: Machine) -> None:
    """Pip is there and reaches nothing."""
    machine.add("python3", '[ "$*" = "-m pip --version" ]')


@pytest.mark.parametrize(
    ("lack", "line"),
    [
        (
            lambda _: None,
            "no uv, and no python3 with pip to fetch it with: install uv and run this again",
        ),
        (
            without_pip,
            "no uv, and no python3 with pip to fetch it with: install uv and run this again",
        ),
        (
            without_network,
            (
                "no uv, and pip could not fetch it: check the network, or install uv,"
                " and run this again"
            ),
        ),
        (
            lambda machine: machine.add("uv", UV_WITHOUT_CPYTHON),
            (
                "no CPython 3.14, uv could not fetch one, and this is not Debian:"
                " install it, or set PYTHON to it"
            ),
        ),
    ],
    ids=["no-python3", "no-pip", "no-network", "unknown-platform"],
)
def test_what_can_be_neither_found_nor_installed_is_named(
    machine: Machine, lack: Callable[[Machine], None], line: str
) -> None:
    """The last line says what is missing and what to do about it."""
    lack(machine)

    assert machine.refuses() == line
    assert not machine.stamp.exists()


@pytest.mark.parametrize(
    "python",
    ["/nowhere/python", "cat", "3.13.2", "3.14.x"],
    ids=["absent", "another-program", "another-series", "not-a-release"],
)
def test_a_wrong_python_is_refused(machine: Machine, python: str) -> None:
    """PYTHON is obeyed or refused, never replaced in silence."""
    machine.add("uv", WORKING_UV)
    machine.env["PYTHON"] = python

    assert machine.refuses() == (
        f"PYTHON={python} is not CPython 3.14 with a GIL: correct it, or unset it"
    )


def test_a_wrong_python_is_refused_although_an_environment_exists(ready: Machine) -> None:
    """Asking for another interpreter is a reason to look again."""
    ready.env["PYTHON"] = "/nowhere/python"

    assert "PYTHON=/nowhere/python is not CPython 3.14" in ready.refuses()


def test_packages_that_cannot_be_fetched_leave_no_stamp(machine: Machine) -> None:
    """Half an environment is not taken for a whole one by the next run."""
    machine.add("python3.14", READY_PYTHON)
    machine.add("uv", f'if [ "$1" = pip ]; then exit 1; fi\n{WORKING_UV}')

    assert machine.refuses() == (
        "the packages of requirements.lock could not be installed:"
        " check the network and run this again"
    )
    assert not machine.stamp.exists()

    machine.add("uv", WORKING_UV)

    assert machine.bootstrap().returncode == 0
    assert machine.stamp.exists()


def test_a_folder_that_cannot_be_written_is_named(machine: Machine) -> None:
    """The environment needs a writable checkout, and the message says where."""
    machine.add("python3.14", READY_PYTHON)
    machine.add("uv", f'if [ "$1" = venv ]; then exit 1; fi\n{WORKING_UV}')

    assert machine.refuses() == (
        f"cannot make {machine.checkout}/.venv: check that the folder can be written,"
        " and run this again"
    )


def test_a_home_that_cannot_be_written_is_named(machine: Machine) -> None:
    """A read-only HOME gets the name of the variable that helps."""
    machine.env["HOME"] = "/dev/null"

    assert machine.refuses() == (
        "cannot write to /dev/null/.cache/iris-runbook:"
        " set XDG_CACHE_HOME to a folder that can be written"
    )


def test_no_home_at_all_is_named(machine: Machine) -> None:
    """An empty HOME does not end up as a folder in the root of the disk."""
    machine.env["HOME"] = ""

    assert machine.refuses() == "HOME is not set: set it to a folder that can be written"


def test_a_uv_that_was_half_installed_is_replaced(machine: Machine) -> None:
    """A uv in the cache that does not run is fetched again."""
    half = machine.home / ".cache/iris-runbook/uv/bin/uv"
    half.parent.mkdir(parents=True)
    half.write_text("half a file")
    half.chmod(0o755)
    machine.add("python3.14", READY_PYTHON)
    machine.add("working-uv", WORKING_UV)
    machine.add(
        "python3",
        'while [ $# -gt 1 ]; do if [ "$1" = --target ]; then mkdir -p "$2/bin";'
        ' cat "$STUBS/working-uv" >"$2/bin/uv"; chmod +x "$2/bin/uv"; fi; shift; done',
    )
    done = machine.bootstrap()

    assert done.returncode == 0, done.stderr
    assert machine.stamp.exists()


def test_a_second_run_is_silent(ready: Machine) -> None:
    """A finished environment needs no uv and no cache."""
    (ready.stubs / "uv").unlink()
    ready.env["HOME"] = "/dev/null"
    done = ready.bootstrap()

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("change", ["pin", "folder", "interpreter"])
def test_an_environment_that_no_longer_fits_is_made_again(
    ready: Machine, tmp_path: Path, change: str
) -> None:
    """A new pin, a moved checkout and a dead interpreter are each noticed."""
    if change == "pin":
        with (ready.checkout / "requirements.lock").open("a") as lock:
            lock.write("new==1.0\n")
    elif change == "folder":
        ready.checkout = ready.checkout.rename(tmp_path / "moved")
    else:
        (ready.checkout / ".venv/bin/python").write_text("dead")
    done = ready.bootstrap()

    assert done.returncode == 0, done.stderr
    assert "making .venv" in done.stderr


def test_an_unknown_part_is_refused_before_any_work(machine: Machine) -> None:
    """A slip of the pen costs no download."""
    assert machine.refuses("rediss") == "unknown part 'rediss': redis, postgresql or chromium"
    assert not (machine.home / ".cache").exists()
