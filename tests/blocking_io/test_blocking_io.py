"""What sees a blocking call before production."""

from collections.abc import Callable


def test_watchers_see_different_calls(transcript: Callable[..., None]) -> None:
    """Ruff, blockbuster and debug mode each miss a call that another one sees."""
    transcript("examples/blocking_io/compare.out")
