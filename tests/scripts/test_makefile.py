"""The Makefile lists itself and asks for no more than each target needs."""

import os
import re
import subprocess
from pathlib import Path

from tests.support import quick

ROOT = Path(__file__).parents[2]
TARGETS = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)


def make(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make as a reader would, and not as a part of the make that runs the tests."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env=inherited | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_plain_make_lists_every_target() -> None:
    """Each target has a line of its own that says what it does."""
    listed = make().stdout.splitlines()

    assert [line.split()[1] for line in listed] == TARGETS
    assert all(len(line.split()) > 3 for line in listed)


def test_every_rule_is_a_phony_target() -> None:
    """No file of the same name can keep a target from running."""
    rules = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert rules == TARGETS


def test_serving_the_site_needs_neither_redis_nor_chromium() -> None:
    """A reader without root can read the site."""
    assert "redis" not in make("--dry-run", "serve").stdout
    assert "redis postgresql chromium" in make("--dry-run", "test").stdout


def test_bench_measures_everything() -> None:
    """One command runs the benchmark of the executors and that of triage."""
    planned = make("--dry-run", "bench").stdout

    for name in ("interpreters.bench", "triage.bench"):
        assert f"python -m examples.{name} --output" in planned


def test_the_interpreter_of_the_environment_reaches_bootstrap() -> None:
    """PYTHON is obeyed from the environment and from the command line of make."""
    for refused in (
        make("bootstrap", PYTHON="/nowhere/py"),
        make("bootstrap", "PYTHON=/nowhere/py"),
    ):
        assert refused.returncode != 0
        assert "PYTHON=/nowhere/py is not CPython 3.14" in refused.stderr


def test_check_starts_nothing() -> None:
    """The quick command needs neither redis-server nor Chromium, and leaves services out."""
    planned = make("--dry-run", "check").stdout

    assert "redis" not in planned
    assert "pytest --quick" in planned
    assert not quick.starts_no_service(ROOT / "tests/incidents/test_await_cycle.py")
    assert not quick.starts_no_service(ROOT / "tests/triage/test_triage_healthy.py")
    assert not quick.starts_no_service(ROOT / "tests/site/test_build.py")
    assert quick.starts_no_service(ROOT / "tests/bootstrap/test_bootstrap_environment.py")


def test_serving_prints_no_banner_and_says_how_to_stop() -> None:
    """A reader who serves the site is told once how to stop it, and sees no warning of a theme."""
    planned = make("--dry-run", "serve").stdout

    assert planned.count("Ctrl-C") == 1
    assert make("--eval", "tell: ; @echo $$NO_MKDOCS_2_WARNING", "tell").stdout == "1\n"
