"""Make triage fail in each of its stages and in bad surroundings, and show how it ends.

``python -m tests.triage.planted code`` plants an error in each stage; ``surroundings`` takes away
what triage needs, which only root can do. For each there is the exit status, the outcome that
standard output still shows, and the error on standard error.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from examples.triage.say.words import wrapped
from tests.support.transcripts import ROOT
from tests.triage.reports import TRIAGE
from tests.triage.small_targets import read_only, state, target, until

SHORT = "--samples 2 --interval 0.1"
TIMEOUT = 100

PLANT = """
import sys
from importlib import import_module

def fail(*args, **options):
    raise OverflowError("planted")

module, _, path = sys.argv[1].partition(":")
*above, name = path.split(".")
owner = import_module(f"examples.triage.{module}")
for part in above:
    owner = getattr(owner, part)
setattr(owner, name, fail)
from examples.triage.cli import main
sys.exit(main(sys.argv[2:]))
"""


@dataclass(frozen=True)
class Case:
    """One way in which triage fails.

    Attributes:
        name: what fails.
        command: for bash, with ``$0`` for triage and ``$@`` for its arguments.
        place: where an error is planted, if it is.
        target: what triage looks at.
        under: the command that runs the target.

    """

    name: str
    command: str = "$0 $@"
    place: str = ""
    target: str = "blocked"
    under: tuple[str, ...] = ()


def in_code(name: str, place: str, options: str = "") -> Case:
    """Make a case of an error in a function of triage."""
    return Case(f"{name} {options.partition(' ')[0]}".strip(), f"$0 {options} $@", place)


def below(name: str, options: str) -> Case:
    """Make a case in the mount namespace of a target, where nothing can be written."""
    enter = "exec nsenter --mount --wd=/ --target $PID env -u TMPDIR"
    return Case(name, f"{enter} $0 {options} $@", under=read_only())


CODE = [
    in_code("start", "cli:Session"),
    in_code("redis", "read.session:pending_entries", "--redis redis://127.0.0.1"),
    in_code("open", "read.subject:Subject._open_reader"),
    in_code("freeze", "read.subject:Freezer", "--freeze"),
    in_code("sample", "read.sampling:NetworkTables"),
    in_code("threads", "read.subject:Subject.threads"),
    in_code("tasks", "read.subject:Subject.snapshot"),
    in_code("in-process", "read.session:run_inside", "--in-process"),
    in_code("judge", "cli:judge"),
    in_code("tree", "cli:tree_text", "--tree"),
    in_code("print", "cli:text_of"),
    in_code("save", "cli:save", "--save /dev/null/nowhere"),
]
SURROUNDINGS = [
    Case("standard output is closed", "$0 $@ >&-"),
    Case("standard output is a full device", "$0 $@ >/dev/full"),
    Case("standard error is closed", "$0 $@ 2>&-"),
    Case("standard error is a full device", "$0 $@ 2>/dev/full"),
    Case("both are closed", "$0 $@ >&- 2>&-"),
    Case("both are full devices", "$0 $@ >/dev/full 2>/dev/full"),
    Case("standard input is closed", "$0 $@ <&-"),
    Case("the memory is limited to 90 MB", "ulimit -v 90000; $0 $@", target="many"),
    below("--save into a full file system", "--save /mnt/new"),
    below("--save into a read-only file system", "--save /new"),
    below("--in-process, and no folder can be written", "--in-process"),
]


@dataclass(frozen=True)
class Ending:
    """How one run of triage ended.

    Attributes:
        status: its exit status.
        kept: the outcome that standard output shows.
        line: the error on standard error.

    """

    status: int
    kept: str
    line: str


def play(case: Case) -> Ending:
    """Run triage on a target of its own.

    Raises:
        AssertionError: when it prints a traceback, or its target does not go on.

    """
    triage = f"{sys.executable} {TRIAGE}"
    if case.place:
        triage = f'{sys.executable} -c "$PLANT" {case.place}'
    with target(case.target, under=case.under) as process:
        command = case.command.replace("$0", triage).replace("$@", f"{SHORT} {process.pid}")
        done = subprocess.run(
            ["bash", "-c", command],
            # As for a reader: with PYTHONUNBUFFERED nothing is left for the end of Python.
            env={**os.environ, "PLANT": PLANT, "PID": str(process.pid), "PYTHONUNBUFFERED": ""},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )
        until(lambda: state(process.pid) in "RS")
    assert "Traceback" not in done.stdout + done.stderr, done.stderr
    errors = [line for line in done.stderr.splitlines() if line.startswith("error:")]
    found = re.search(r"^PID \d+: .* (\S+)$", done.stdout, re.MULTILINE)
    last = "its last line" if "samples over" in done.stdout else "nothing"
    return Ending(
        done.returncode,
        found[1].lower() if found else last,
        errors[-1] if errors else "nothing",
    )


def table(cases: list[Case]) -> Iterator[str]:
    """Play the cases, some at the same time, and give two lines for each."""
    yield f"{'what fails':<58} {'status':<7} standard output"
    yield "  error on standard error"
    yield ""
    with ThreadPoolExecutor(3) as threads:
        for case, ending in zip(cases, threads.map(play, cases), strict=True):
            yield f"{case.name:<58} {ending.status:<7} {ending.kept}"
            yield from wrapped(ending.line, "  ", "    ")


if __name__ == "__main__":
    for row in table({"code": CODE, "surroundings": SURROUNDINGS}[sys.argv[1]]):
        print(row)
