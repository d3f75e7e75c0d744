"""Brings the package of deployed/ into a form of deployment, and into its fault."""

import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

import _lab

PROJECT = Path(__file__).parent / "deployed"


def folder() -> Path:
    """Give a new folder that ends with the launcher."""
    made = Path(tempfile.mkdtemp(prefix="field-"))
    _lab.at_end(lambda: shutil.rmtree(made, ignore_errors=True))
    return made


def copy(to: Path) -> Path:
    """Copy the package into the folder `to`, and give that."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PROJECT / "src/tariffs", to / "tariffs", ignore=ignore)
    return to


def environment(home: Path) -> Path:
    """Make an environment with the package installed, and give its interpreter."""
    uv = [sys.executable, "-m", "uv", "--quiet", "--no-config"]
    shutil.copytree(PROJECT, home / "project")
    _lab.run(*uv, "build", "--wheel", "--offline", home / "project", "-o", home / "dist")
    _lab.run(*uv, "venv", "--python", sys.executable, home / "venv")
    python = home / "venv/bin/python"
    _lab.run(
        *uv,
        "pip",
        "install",
        "--offline",
        "--no-deps",
        "--python",
        python,
        *home.glob("dist/*.whl"),
    )
    (packages,) = home.glob("venv/lib/python3*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return python


def play(*command: object, cwd: Path, stdin: bytes = b"") -> None:
    """Start the service by `command`, and wait in its fault."""
    service = _lab.serve(*command, env={"EXCHANGE": _lab.silent()}, cwd=cwd, stdin=stdin)
    _lab.traffic(service, "/tariffs/1", 4)
    _lab.ready(service, works=_lab.answers(service, "/tariffs/2"))
