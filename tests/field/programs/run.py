"""Run triage on programs from PyPI, idle and under load: nothing is wrong with any of them.

One line for each, then a table. The exit status is 1 when triage raises a false alarm, is
blind, fails, or says that there is no event loop where there is one.
"""

import argparse
import shlex
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.field import look, servers, verdict
from tests.field.verdict import Report, Verdict

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SHARED = HERE.parent / "cases/_lab.py"
ACCEPTED = {Verdict.RIGHT, Verdict.DOUBT, Verdict.WAITING, Verdict.NOT_RUN}

type Answer = tuple[Verdict, str]
type Rows = list[tuple["Program", list[Answer]]]


@dataclass(frozen=True)
class Program:
    """A program, how it is started and loaded; see programs.toml for what each field means."""

    name: str
    command: tuple[str, ...] = ()
    script: str = ""
    load: str = ""
    clients: int = 4
    env: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    loop: bool = True
    job: bool = False


def load(path: Path = HERE / "programs.toml") -> list[Program]:
    """Give the programs of a register, in its order.

    Raises:
        ValueError: when one has neither a command with a path to ask for, nor a script.

    """
    programs = [Program(name, **entry) for name, entry in tomllib.loads(path.read_text()).items()]
    for program in programs:
        started = (bool(program.script), bool(program.command), bool(program.load))
        if started not in {(True, False, False), (False, True, True)}:
            raise ValueError(f"{program.name}: a script, or a command and a path to load, please")
    return programs


def judge(report: Report, program: Program, *, loaded: bool) -> Verdict:
    """Judge a report on a program in which nothing is wrong but what its load does to it."""
    reasons = [process["reason"] for process in report["processes"]]
    denied = program.loop and all("no event loop" in reason for reason in reasons)
    if denied or "blind" in verdict.statuses(report):
        return Verdict.BLIND
    found = [one["cause"] for one in verdict.findings(report)]
    if not loaded or not program.causes or {*found} - {*program.causes}:
        return verdict.of_healthy(report)
    if found:
        return Verdict.RIGHT
    return Verdict.WAITING if "waiting" in verdict.statuses(report) else Verdict.MISSED


def play(
    program: Program, python: str, triage: Sequence[str], env: Mapping[str, str], *, loaded: bool
) -> Answer:
    """Start a program in a folder of its own, and judge what triage says of it."""
    if absent := [name for name in program.needs if servers.missing(name)]:
        return Verdict.NOT_RUN, f"{', '.join(absent)} is not installed here"
    with tempfile.TemporaryDirectory(prefix="field-", ignore_cleanup_errors=True) as folder:
        home = shutil.copytree(HERE / "apps", Path(folder) / "apps")
        shutil.copy(SHARED, home)
        given = {**env, "HOME": folder, "FIXED": "1", **program.env}
        try:
            with look.running(
                command_of(program, python, given, loaded=loaded), home, given
            ) as pid:
                report = look.report(triage, pid)
        except look.NotReachedError as error:
            return Verdict.NOT_RUN, str(error)
    if report is None:
        return Verdict.CRASHED, "triage gave no report"
    return judge(report, program, loaded=loaded), verdict.in_words(report)


def command_of(program: Program, python: str, env: Mapping[str, str], *, loaded: bool) -> list[str]:
    """Give the command that starts a program, with or without its load."""
    load = ["--load"] * loaded
    if program.script:
        return [python, *program.script.split(), *load]
    command = [part.replace("{redis}", env.get("REDIS_URL", "")) for part in program.command]
    return [python, "_program.py", program.load, str(program.clients), *command, *load]


def table(rows: Rows) -> Iterator[str]:
    """Write what triage said of each program, and how right that is."""
    yield "| Program | Idle | Under load |"
    yield "| --- | --- | --- |"
    for program, answers in rows:
        cells = (
            text if judged is Verdict.RIGHT else f"**{judged}**: {text}" for judged, text in answers
        )
        yield f"| {program.name} | {' | '.join(cells)} |"


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="*", help="programs to run; the ten of the job, if none")
    parser.add_argument("--all", action="store_true", help="run every program")
    parser.add_argument(
        "--python",
        type=look.interpreter,
        default=sys.executable,
        help="an interpreter with requirements.txt",
    )
    parser.add_argument(
        "--triage",
        default=f"{shlex.quote(sys.executable)} {ROOT / 'build/triage.py'}",
        help="how triage is called, without the PID",
    )
    parser.add_argument("--together", type=int, default=2, help="programs at the same time")
    parser.add_argument("--output", type=Path, help="write the table there as well")
    options = parser.parse_args(arguments)
    known = {program.name: program for program in load()}
    if unknown := [name for name in options.name if name not in known]:
        parser.error(f"there is no program {', '.join(unknown)}")
    options.programs = [known[name] for name in options.name] or [
        program for program in known.values() if program.job or options.all
    ]
    return options


def run(options: argparse.Namespace, env: Mapping[str, str]) -> Rows:
    """Run the programs, some at the same time, and print a line for each look."""
    triage = shlex.split(options.triage)

    def one(program: Program) -> tuple[Program, list[Answer]]:
        answers = []
        for loaded in (False, True):
            answers.append(play(program, options.python, triage, env, loaded=loaded))
            judged, text = answers[-1]
            state = "under load" if loaded else "idle"
            print(f"{program.name}, {state}: {judged}: {text[:150]}", flush=True)
        return program, answers

    with ThreadPoolExecutor(options.together) as threads:
        return list(threads.map(one, options.programs))


def main() -> None:
    """Run the programs, print a line for each look and the table; end with 1 if one is wrong."""
    options = parse()
    with servers.running(name for program in options.programs for name in program.needs) as env:
        rows = run(options, env)
    text = "\n".join(table(rows)) + "\n"
    print("", text, sep="\n", end="")
    if options.output:
        options.output.write_text(text)
    sys.exit(any(judged not in ACCEPTED for _, answers in rows for judged, _ in answers))


if __name__ == "__main__":
    main()
