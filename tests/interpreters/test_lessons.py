"""Each lesson about the executors prints what its page shows."""

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted(path.stem for path in ROOT.glob("examples/interpreters/lessons/*.out"))
# What lessons share.
SHARED = {"api", "attempt", "pools", "redis_inside", "work"}


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson(lesson: str, transcript: Callable[..., None]) -> None:
    """The lesson's output is the captured one."""
    transcript(f"examples/interpreters/lessons/{lesson}.out")


def test_every_lesson_is_captured() -> None:
    """No lesson is left without its output."""
    scripts = {path.stem for path in ROOT.glob("examples/interpreters/lessons/*.py")}
    assert scripts - SHARED == set(LESSONS)
