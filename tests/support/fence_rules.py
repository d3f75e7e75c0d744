"""What a fence on a page may be, so that nothing on a page can go stale."""

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.pages import Fence
from tests.support.transcripts import ROOT, parse

NOT_RUN = "Not run here: "
SETTINGS = {"title"}
CLASSES = {"no-copy"}


def faults(fence: Fence, *, commands: frozenset[str]) -> Iterator[str]:
    """Say what is wrong with a fence, and how to repair it.

    Args:
        fence: the block.
        commands: every command that a transcript captures.

    """
    if unknown := (fence.settings.keys() - SETTINGS) | (fence.classes - CLASSES):
        yield f"{fence.place}: unknown attribute {', '.join(sorted(unknown))}"
    title = fence.settings.get("title", "")
    if title.lower().startswith("not run"):
        if not title.removeprefix(NOT_RUN).strip() or not title.startswith(NOT_RUN):
            yield f'{fence.place}: write title="{NOT_RUN}<reason>"'
    else:
        rule = RULES.get(fence.language, _is_include)
        yield from rule(fence, commands)


def captured_commands() -> frozenset[str]:
    """Every command that a transcript under examples/ captures."""
    transcripts = (ROOT / "examples").rglob("*.out")
    return frozenset(step.command for file in transcripts for step in parse(file.read_text()))


def _is_python(fence: Fence, _: frozenset[str]) -> Iterator[str]:
    """Inline Python is run by tests/pages/test_inline_python.py, an include by its own test."""
    if fence.includes and not fence.is_include:
        yield f"{fence.place}: a Python fence is one include, or inline code, not both"


def _is_command(fence: Fence, commands: frozenset[str]) -> Iterator[str]:
    for line in fence.source.splitlines():
        if line.startswith("$"):
            yield f"{fence.place}: drop the prompt, so that the reader can copy '{line}'"
        elif line not in commands:
            yield (
                f"{fence.place}: no transcript runs '{line}'; capture it in an .out file, "
                f'or write title="{NOT_RUN}<reason>"'
            )


def _is_output(fence: Fence, _: frozenset[str]) -> Iterator[str]:
    if not fence.is_include or Path(fence.includes[0][0]).suffix != ".out":
        yield f"{fence.place}: output is one include of a captured .out file"
    if "no-copy" not in fence.classes:
        yield f"{fence.place}: mark output with .no-copy"


def _is_include(fence: Fence, _: frozenset[str]) -> Iterator[str]:
    if not fence.is_include:
        yield (
            f'{fence.place}: include a file of the repository, or write title="{NOT_RUN}<reason>"'
        )


RULES: dict[str, Callable[[Fence, frozenset[str]], Iterator[str]]] = {
    "python": _is_python,
    "py": _is_python,
    "bash": _is_command,
    "text": _is_output,
}
