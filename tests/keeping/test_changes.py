"""``make outputs`` reports what another CPython, or another release of a library, has changed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import strips
from tests.support.transcripts import ROOT

SUPPORT = ("bands", "changes", "pages", "quick", "strips", "transcripts")
PAGE = """# A page

--8<-- "examples/sizes/list.out"
--8<-- "examples/sizes/same.out"
"""
TEST = '''"""Two outputs and a fact of a small checkout."""

import sys


def test_outputs(transcript):
    """A list of three names is captured, and so is a sum."""
    transcript("examples/sizes/list.out")
    transcript("examples/sizes/same.out")


def test_status(transcript):
    """The command ends with status 3."""
    transcript("examples/sizes/status.out")
'''


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Make a checkout of one page, three outputs and two tests, all of which hold."""
    files = {
        "docs/page.md": PAGE,
        "tests/test_sizes.py": TEST,
        "examples/sizes/list.out": "$ printf 'first\\nsecond\\nthird\\n'\nfirst\nsecond\nthird\n",
        "examples/sizes/same.out": "$ echo $((1 + 1))\n2\n",
        "examples/sizes/status.out": "$ exit 3\n? 3\n",
        strips.REGISTER: strips.text({"sizes": "CPython 3.14.0, Linux 6.1 x86_64, 2026-01-01"}),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "tests/support").mkdir()
    shutil.copy(ROOT / "tests/conftest.py", tmp_path / "tests")
    for name in SUPPORT:
        shutil.copy(ROOT / f"tests/support/{name}.py", tmp_path / "tests/support")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(checkout: Path, name: str, old: str, new: str) -> None:
    """Let a transcript say something else than its command does now."""
    file = checkout / "examples/sizes" / name
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def changes(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the report in a checkout."""
    inherited = {name: value for name, value in os.environ.items() if name != "CI"}
    return subprocess.run(
        [sys.executable, "-m", "tests.support.changes"],
        cwd=checkout,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_nothing_changed(small: Path) -> None:
    """When all is as it was captured, the report has its four counts and nothing else."""
    result = changes(small)

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[2:] == [
        "0 of 3 captured outputs changed.",
        "0 of 2 tests failed.",
    ]


def test_planted_changes(small: Path, transcript: Callable[..., None]) -> None:
    """A changed line stands under its page, a changed status under the fact, and nothing else."""
    plant(small, "list.out", "\nsecond\n", "\n2nd\n")
    plant(small, "status.out", "? 3", "? 4")

    result = changes(small)

    assert result.returncode == pytest.ExitCode.TESTS_FAILED
    assert "\nsecond\n" in (small / "examples/sizes/list.out").read_text()
    transcript("examples/keeping/outputs.out", printed=result.stdout)


def test_refused_under_ci(small: Path) -> None:
    """Where nobody reviews what was written, nothing is run and nothing reported."""
    result = changes(small, CI="true")

    assert result.returncode == pytest.ExitCode.USAGE_ERROR
    assert result.stdout == ""
    assert "--update-outputs is not for CI" in result.stderr


def test_file_that_cannot_be_read(small: Path) -> None:
    """A file of tests that a new release breaks as a whole is named with its error."""
    (small / "tests/test_other.py").write_text("import no_such_module\n")

    result = changes(small)

    assert "tests/test_other.py\n" in result.stdout
    assert "No module named 'no_such_module'" in result.stdout
