"""Run the commands of a captured transcript again and compare what they print.

A transcript is a text file next to the example that it belongs to, in the form
of trycmd: ``$ command``, the output, and ``? status`` when that is not 0. Steps
may follow one another. ``...`` alone on a line stands for any lines, ``[..]``
for anything within a line. A transcript that does not hold on every release of
CPython has a band in its name, see `tests.support.bands`.
"""

import difflib
import itertools
import os
import re
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from tests.support import bands, strips
from tests.support.built_triage import FILE, built

# What differs from run to run, as a regular expression, and what stands for it.
type Patterns = Mapping[str, str | Callable[[re.Match[str]], str]]

ROOT = Path(__file__).resolve().parents[2]

# The only reasons to run a step again: a read of a running process that meets a half-written
# structure says one of the first (python/cpython#144881), and one that meets uvicorn's tick, ten
# times a second, shows its task in the middle of it, or its thread as running. One that meets a
# task of a repro in its own step shows no call below that, in pstree and in ps.
RACY_READS = re.compile(
    "Invalid linked list structure"
    "|Invalid task name object"
    "|process_vm_readv failed"
    "|Failed to read"
    r"|(?<!->) Server\._serve -> Server\.serve\s"
    r"|Server\._serve \S+\n└── "
    r"|\(T\) Task-1\n└── "
    r"|\(active\): \"MainThread\""
    r"|(?:    |(?m:^) +\d+ )Server\.(?:main_loop|on_tick) "
    r"|/repro\.py:\d+\n(?:\Z|.*\(T\) )"
    r"|(?m:^)\d+ +0x[0-9a-f]+ +\S+ +[\w.<>]+ {3}"
)
RACY_ATTEMPTS = 20
ROWS_OF_A_TASK = re.compile(r"^(\d+ +0x[0-9a-f]+ ).*\n(?:\1.*\n)+", re.MULTILINE)


@dataclass(frozen=True)
class Step:
    """One command of a transcript, what it printed, and its exit status."""

    command: str
    output: tuple[str, ...] = ()
    status: int = 0

    def __str__(self) -> str:
        """Render the step as it stands in the file."""
        status = [f"? {self.status}"] if self.status else []
        return "\n".join([f"$ {self.command}", *self.output, *status]) + "\n"

    def matches(self, actual: Self) -> bool:
        """Tell whether the captured step allows for what was printed now."""
        pattern = "".join(map(_line_pattern, self.output))
        text = "".join(f"{line}\n" for line in actual.output)
        return self.status == actual.status and re.fullmatch(pattern, text) is not None


class StaleTranscriptError(AssertionError):
    """A command printed something else than its transcript says."""


def parse(text: str) -> list[Step]:
    """Split the text of a transcript into its steps.

    Raises:
        ValueError: when it does not begin with a command.

    """
    steps: list[Step] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            steps.append(Step(line[2:]))
        elif not steps:
            raise ValueError(f"a transcript begins with '$ command', not with {line!r}")
        elif re.fullmatch(r"\? \d+", line):
            steps[-1] = replace(steps[-1], status=int(line[2:]))
        else:
            steps[-1] = replace(steps[-1], output=(*steps[-1].output, line))
    return steps


def run(command: str, variables: dict[str, str], under: Sequence[str] = ()) -> tuple[str, int]:
    """Run a command as a reader would type it, from the root of the checkout.

    One that names the file of triage runs where that was downloaded.

    Args:
        command: what the reader types.
        variables: set in its environment.
        under: a command that runs it, such as ``setpriv`` for another user.

    Returns:
        What it printed on both streams, and its exit status.

    """
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # A reader is no CI machine, and pytest writes longer lines where CI is set.
    inherited = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [*under, "bash", "-c", command],
        cwd=built().parent if re.search(rf"\b{FILE}\b", command) else ROOT,
        env=inherited | {"PATH": path, "COLUMNS": "100"} | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        timeout=500,
        check=False,
    )
    return done.stdout, done.returncode


def normalise(text: str, variables: dict[str, str], patterns: Patterns) -> str:
    """Replace what differs from run to run and from machine to machine by names.

    Args:
        text: what a command printed.
        variables: the environment of the command: a value that is a number
            becomes ``[NAME]``, the port of a URL becomes ``[PORT]``.
        patterns: regular expressions and what stands for their matches.

    """
    text = re.sub(ROWS_OF_A_TASK, _in_order, text)
    stdlib = sysconfig.get_path("stdlib")
    packages = sysconfig.get_path("purelib")
    for pattern, name in patterns.items():
        text = re.sub(pattern, name, text)
    text = text.replace(packages, "[site-packages]").replace(f"{ROOT}/", "")
    text = re.sub(rf"{re.escape(stdlib)}(/[\w./]+\.py)(:\d+)?", _stdlib_place, text)
    text = text.replace(stdlib, "[stdlib]")
    for name, value in variables.items():
        if value.isdecimal():
            text = _rename(rf"\b{value}\b", f"[{name}]", text)
        elif port := re.search(r"(?<=:)\d+$", value):
            text = re.sub(rf"\b{port[0]}\b", "[PORT]", text)
    text = re.sub(r"(?<=address )0x[0-9a-f]+", "[address]", text)
    for number, address in enumerate(dict.fromkeys(re.findall(r"0x[0-9a-f]{6,}", text)), 1):
        text = _rename(address, f"[task-{number}]", text)
    text = re.sub(r"\b\d+(?:\.\d+)?(?=s\b|(?: (?:ms|milliseconds|seconds)\b))", "[N]", text)
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def check(
    path: str,
    *,
    update: bool,
    patterns: Patterns | None = None,
    printed: str | None = None,
    under: Sequence[str] = (),
    **variables: object,
) -> None:
    """Run each step of the transcript at `path` and compare.

    Args:
        path: the transcript, from the root of the checkout, without its band.
        update: write what was printed into the file instead of failing. An exit
            status is never written: a changed one is a changed behaviour.
        patterns: see `normalise`.
        printed: what the one command of the transcript has printed, when it still runs
            or was run for more than its output, and so must not be started again.
        under: see `run`.
        variables: become the environment of the commands.

    Raises:
        StaleTranscriptError: with the difference and the command that accepts it.

    """
    file = bands.chosen(ROOT / path)
    path = Path(path).with_name(file.name).as_posix()
    environment = {name: str(value) for name, value in variables.items()}
    captured = parse(file.read_text())
    if printed is None:
        actual = [_repeat(step, environment, patterns or {}, under) for step in captured]
    else:
        lines = normalise(printed, environment, patterns or {}).splitlines()
        actual = [replace(step, output=tuple(lines)) for step in captured]
    for old, new in zip(captured, actual, strict=True):
        if old.status != new.status:
            raise StaleTranscriptError(
                f"{path}: '{old.command}' ended with {new.status}, not {old.status}.\n{new}"
                "'make outputs' never accepts that: if it is right, edit the '? status' line."
            )
    if update:
        file.write_text("".join(str(_keep_elisions(*pair)) for pair in zip(captured, actual)))  # noqa: B905 # checked above
        strips.write(ROOT, file.relative_to(ROOT))
    elif not all(old.matches(new) for old, new in zip(captured, actual, strict=True)):
        raise StaleTranscriptError(
            f"{path} is stale.\n{_difference(path, captured, actual)}\n"
            "If the new output is right, run 'make outputs' and update the page that shows it."
        )


def _repeat(
    step: Step, variables: dict[str, str], patterns: Patterns, under: Sequence[str]
) -> Step:
    for _ in range(RACY_ATTEMPTS):
        text, status = run(step.command, variables, under)
        lines = tuple(normalise(text, variables, patterns).splitlines())
        actual = Step(step.command, lines, status)
        if step.matches(actual) or not RACY_READS.search(text):
            break
        time.sleep(0.05)
    return actual


def _line_pattern(line: str) -> str:
    if line == "...":
        return r"(?:.*\n)*?"
    return ".*".join(re.escape(part) for part in line.split("[..]")) + r"\n"


def _stdlib_place(match: re.Match[str]) -> str:
    """Drop the line: it moves with every patch release of CPython."""
    return f"[stdlib]{match[1]}" + (":[L]" if match[2] else "")


def _in_order(rows: re.Match[str]) -> str:
    """Sort the rows of ps for one task: they come by the addresses of its awaiters."""
    lines = rows[0].splitlines(keepends=True)
    return "".join(sorted(lines, key=lambda line: re.sub("0x[0-9a-f]+", "", line)))


def _rename(pattern: str, name: str, text: str) -> str:
    """Replace, and keep the columns of a table where they were."""

    def fit(match: re.Match[str]) -> str:
        column = len(match[0])
        return name + match[1] if len(match[1]) < 2 else name.ljust(column - 1) + " "

    return re.sub(rf"(?:{pattern})( *)", fit, text)


def _keep_elisions(old: Step, new: Step) -> Step:
    """Carry `...` and `[..]` of the captured step over to the new output."""
    if old.matches(new):
        return old
    loose = [line for line in old.output if "[..]" in line]
    lines = [
        next((line for line in loose if re.fullmatch(_line_pattern(line), f"{text}\n")), text)
        for text in new.output
    ]
    kept: list[str] = []
    matcher = difflib.SequenceMatcher(a=old.output, b=lines, autojunk=False)
    for _, first, last, start, stop in matcher.get_opcodes():
        elided = old.output[first:last] == ("...",)
        kept += ["..."] if elided else lines[start:stop]
    return replace(new, output=tuple(kept))


def _difference(path: str, old: list[Step], new: list[Step]) -> str:
    before, after = (
        list(itertools.chain.from_iterable(str(step).splitlines() for step in steps))
        for steps in (old, new)
    )
    return "\n".join(difflib.unified_diff(before, after, path, "now", lineterm="", n=2))
