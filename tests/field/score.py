"""Run triage on every case and its twin, and count how often it is right.

One line for each service, then a table. The exit status is 1 when a fault is not named or a
healthy service is called faulty.
"""

import argparse
import shlex
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.field import look, register, servers, verdict
from tests.field.register import Case
from tests.field.verdict import Verdict

ROOT = Path(__file__).parents[2]
CAPTURES = Path(__file__).parent / "captures"
ROWS = ("fault", "twin without the fault", "healthy")
type Trial = tuple[Case, bool]
type Score = Mapping[str, Counter[Verdict]]


def trials(case: Case, *, twins: bool) -> Iterator[Trial]:
    """Give a case, and its twin without the fault."""
    yield case, False
    if twins and not case.healthy:
        yield case, True


def name_of(trial: Trial) -> str:
    """Give the name of a trial: as one types it behind ``cases/``."""
    case, fixed = trial
    return f"{case.name} --fixed" if fixed else case.name


def row_of(trial: Trial) -> str:
    """Give the row of the table that a trial counts in."""
    case, fixed = trial
    return ROWS[1] if fixed else ROWS[2] if case.healthy else ROWS[0]


def play(
    trial: Trial, python: str, triage: Sequence[str], env: Mapping[str, str]
) -> tuple[Verdict, str]:
    """Run a case, and judge what triage says of it."""
    case, fixed = trial
    if absent := [name for name in case.needs if servers.missing(name)]:
        return Verdict.NOT_RUN, f"{', '.join(absent)} is not installed here"
    command = [python, case.script.name, *(["--fixed"] if fixed else [])]
    try:
        with look.running(command, case.script.parent, env) as pid:
            report = look.report(triage, pid)
    except look.NotReachedError as error:
        return Verdict.NOT_RUN, str(error)
    if report is None:
        return Verdict.CRASHED, "triage gave no report"
    fault = not (fixed or case.healthy)
    judged = verdict.of_fault(report, case) if fault else verdict.of_healthy(report)
    return judged, verdict.said(report)


def saving(triage: Sequence[str], trial: Trial, folder: Path | None) -> list[str]:
    """Give the command that also saves what it reads, in a file with the name of the trial."""
    if folder is None:
        return [*triage]
    file = folder / f"{name_of(trial).replace(' --', '-')}.json"
    file.unlink(missing_ok=True)
    return [*triage, "--save", str(file)]


def table(score: Score) -> Iterator[str]:
    """Write how often each row of services was judged how."""
    score = {row: counts for row, counts in score.items() if counts}
    columns = [one for one in Verdict if any(counts[one] for counts in score.values())]
    yield f"| | {' | '.join(columns)} |"
    yield "| --- |" + " ---: |" * len(columns)
    for row, counts in score.items():
        yield f"| {row} | {' | '.join(str(counts[one]) for one in columns)} |"


def is_wrong(row: str, judged: Verdict) -> bool:
    """Tell whether a judgement ends the run with 1: a doubt about a healthy service does not."""
    accepted = {Verdict.RIGHT, Verdict.NOT_RUN}
    return judged not in (accepted if row == ROWS[0] else accepted | {Verdict.DOUBT})


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="*", help="cases to run; all of them, if none is named")
    parser.add_argument(
        "--python",
        type=look.interpreter,
        default=sys.executable,
        help="an interpreter with tests/field/requirements.txt",
    )
    parser.add_argument(
        "--triage",
        default=f"{shlex.quote(sys.executable)} {ROOT / 'build/triage.py'}",
        help="how triage is called, without the PID",
    )
    parser.add_argument(
        "--twins", action=argparse.BooleanOptionalAction, default=True, help="with --fixed as well"
    )
    parser.add_argument(
        "--captures", type=Path, nargs="?", const=CAPTURES, help="save what triage reads, there"
    )
    parser.add_argument("--together", type=int, default=3, help="cases at the same time")
    options = parser.parse_args(arguments)
    known = {case.name: case for case in register.load()}
    if unknown := [name for name in options.name if name not in known]:
        parser.error(f"there is no case {', '.join(unknown)}")
    options.cases = [known[name] for name in options.name] or [*known.values()]
    return options


def run(options: argparse.Namespace, env: Mapping[str, str]) -> Score:
    """Run the cases, some at the same time, and print a line for each as it ends."""
    score: dict[str, Counter[Verdict]] = {row: Counter() for row in ROWS}

    def one(case: Case) -> None:
        # One after the other: a case and its twin use the same queues of the same servers.
        for trial in trials(case, twins=options.twins):
            triage = saving(shlex.split(options.triage), trial, options.captures)
            judged, text = play(trial, options.python, triage, env)
            score[row_of(trial)][judged] += 1
            print(f"{name_of(trial)}: {judged}: {text[:150]}", flush=True)

    with ThreadPoolExecutor(options.together) as threads:
        for _ in threads.map(one, options.cases):
            pass
    return score


def main() -> None:
    """Run the cases, print a line for each and the table, and end with 1 if any is wrong."""
    options = parse()
    if options.captures:
        options.captures.mkdir(exist_ok=True)
    with servers.running(name for case in options.cases for name in case.needs) as env:
        score = run(options, env)
    print("", *table(score), sep="\n")
    sys.exit(any(is_wrong(row, judged) for row in score for judged in +score[row]))


if __name__ == "__main__":
    main()
