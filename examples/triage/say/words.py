"""How names and places are written for a terminal."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from examples.triage.model import NOWHERE, Frame, Process

COLUMNS = 92
TIED = "\u00a0"  # no line is broken between a number and its unit


def clean(text: str) -> str:
    """Make names safe for a terminal: no control characters, no lone surrogates."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def fit(text: str, width: int) -> str:
    """Cut the beginning of a long text off: the end of a path says more."""
    return text if len(text) <= width else "..." + text[3 - width :]


def cut(text: str, width: int) -> str:
    """Cut the end of a long text off: the beginning of a command says more."""
    return text if len(text) <= width else text[: width - 3] + "..."


def place_text(frame: Frame, process: Process) -> str:
    """Write a place as file and line, from the working directory of the process."""
    if frame == NOWHERE:
        return ""
    name = frame.file
    home = process.cwd.rstrip("/") + "/"
    if len(home) > 1 and name.startswith(home):
        name = name[len(home) :]
    return f"{name}:{frame.line}" if frame.line else name


def wrapped(text: str, first: str, later: str | None = None) -> Iterator[str]:
    """Wrap a sentence to the columns of the output."""
    indent = first if later is None else later
    lines = textwrap.wrap(
        re.sub(r"(?<=\d) (?=\w)", TIED, text),
        COLUMNS,
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,  # an option stays one word
    )
    yield from (line.replace(TIED, " ") for line in lines)


@dataclass(frozen=True)
class Painter:
    """Colours for a terminal, and none for a file or a pipe."""

    on: bool

    def __call__(self, code: str, text: str) -> str:
        """Paint `text` with an SGR `code`."""
        return f"\033[{code}m{text}\033[0m" if self.on else text


@dataclass(frozen=True)
class Invocation:
    """How triage was started, so that the commands that it prints work in the same way.

    Attributes:
        command: what stands before its arguments.
        file: the path of its file, as the shell knows it.
        piped: whether the file came by standard input.

    """

    command: str
    file: str
    piped: bool = False

    def command_line(self, template: str, process: Process) -> str:
        """Fill in a command of `outcome.Step`."""
        line = template.format(
            triage=self.command, pid=process.pid, main=process.main, file=self.file
        )
        is_ours = template.startswith("{triage}")
        return f"{line} < {self.file}" if self.piped and is_ours else line
