"""Inline Python on the pages runs, and every output that it shows was printed."""

import inspect
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_examples import CodeExample, EvalExample, find_examples

from tests.support import pages


def inline(*files: str) -> list[CodeExample]:
    """Find the Python fences that are not includes."""
    found = sorted(find_examples(*files), key=str)
    return [example for example in found if not pages.INCLUDE.match(example.source)]


def run(example: CodeExample, runner: EvalExample) -> None:
    """Run the code, and compare each ``#>`` line with the print that it stands behind."""
    reached = []

    def count(file: Path, frame: inspect.FrameInfo, _: Sequence[Any]) -> bool:
        reached.append(frame.lineno)
        return file.samefile(frame.filename)

    runner.include_print = count
    runner.run_print_check(example)
    shown = re.findall(r"^\s*#> ", example.source, flags=re.MULTILINE)
    assert len(shown) == len(reached), (
        f"{example}: {len(shown)} outputs are shown, but {len(reached)} prints were reached"
    )


@pytest.fixture
def runner(eval_example: EvalExample, monkeypatch: pytest.MonkeyPatch) -> EvalExample:
    """Run a fence, and give pytest its own ``__main__`` back."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])
    eval_example.set_config(line_length=100, target_version="py314")  # type: ignore[arg-type] # works, though the annotation stops at py310
    return eval_example


@pytest.mark.parametrize("example", inline(*map(str, pages.pages())), ids=str)
def test_pages(example: CodeExample, runner: EvalExample) -> None:
    """Each inline fence prints what the page shows."""
    run(example, runner)


@pytest.mark.parametrize(
    "source",
    [
        "raise ValueError\n",
        "print(1)\n#> 2\n",
        "if False:\n    print(1)\n    #> 1\n",
        "def never():\n    print(1)\n    #> 1\n",
        "x = 1\n#> 1\n",
    ],
)
def test_wrong_page(source: str, runner: EvalExample) -> None:
    """Code that raises, a wrong output, and an output that nothing printed all fail."""
    with pytest.raises((ValueError, AssertionError, pytest.fail.Exception)):
        run(CodeExample.create(source), runner)
