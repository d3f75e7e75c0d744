"""The site can leave MkDocs: what each successor keeps and loses is known."""

from collections.abc import Callable


def test_successors(transcript: Callable[..., None]) -> None:
    """ProperDocs builds the same pages strictly; what Zensical loses is what the page says."""
    transcript("examples/exits/compare.out")
