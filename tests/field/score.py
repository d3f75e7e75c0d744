"""Run triage on every case and its twin, and count how often it is right.

One line for each service, then a table. The exit status is 1 when a fault is not named or a
healthy service is called faulty.
"""

import argparse
import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.field import captures, look, register, servers, verdict
from tests.field.register import Case
from tests.field.verdict import Verdict

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "examples/triage/outputs/field.md"
ROWS = ("fault", "twin without the fault", "healthy")
type Trial = tuple[Case, bool]
type Score = Mapping[str, Counter[Verdict]]


@dataclass(frozen=True)
class Answer:
    """What triage has said of a service.

    Attributes:
        trial: which service.
        judged: how right that is.
        text: what it said, or why the service was not run.

    """

    trial: Trial
    judged: Verdict
    text: str

    def __str__(self) -> str:
        return f"{name_of(self.trial)}: {self.judged}: {self.text[:150]}"


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
    return judged, verdict.in_words(report)


def capture_of(trial: Trial, folder: Path | None) -> Path | None:
    """Give the file for what triage reads of a trial; None when it is not saved."""
    return folder / f"{name_of(trial).replace(' --', '-')}.json" if folder else None


def saving(triage: Sequence[str], trial: Trial, folder: Path | None) -> list[str]:
    """Give the command that also saves what it reads, in a file with the name of the trial."""
    file = capture_of(trial, folder)
    if file is None:
        return [*triage]
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


def report(answers: Sequence[Answer], python: str) -> Iterator[str]:
    """Write the table of a whole run, and every answer that is not right."""
    yield f"Measured on {datetime.now(UTC):%Y-%m-%d} with CPython {python}, each service once:"
    yield ""
    yield from table(score_of(answers))
    wrong = [answer for answer in answers if answer.judged is not Verdict.RIGHT]
    if wrong:
        yield ""
        yield "| Not right | Answer | Triage said |"
        yield "| --- | --- | --- |"
    for answer in sorted(wrong, key=lambda answer: name_of(answer.trial)):
        yield f"| `{name_of(answer.trial)}` | {answer.judged} | {answer.text.replace('|', '/')} |"


def score_of(answers: Iterable[Answer]) -> Score:
    """Count how often each row of services was judged how."""
    score: dict[str, Counter[Verdict]] = {row: Counter() for row in ROWS}
    for answer in answers:
        score[row_of(answer.trial)][answer.judged] += 1
    return score


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
        "--captures",
        type=Path,
        nargs="?",
        const=captures.FOLDER,
        help="keep what it was right about",
    )
    parser.add_argument("--output", type=Path, help="write the table of a whole run there as well")
    parser.add_argument("--together", type=int, default=3, help="cases at the same time")
    options = parser.parse_args(arguments)
    known = {case.name: case for case in register.load()}
    if unknown := [name for name in options.name if name not in known]:
        parser.error(f"there is no case {', '.join(unknown)}")
    if options.output and (options.name or not options.twins):
        parser.error("--output is for a whole run")
    options.cases = [known[name] for name in options.name] or [*known.values()]
    return options


def run(options: argparse.Namespace, env: Mapping[str, str]) -> list[Answer]:
    """Run the cases, some at the same time, and print a line for each as it ends."""
    answers: list[Answer] = []

    def one(case: Case) -> None:
        # One after the other: a case and its twin use the same queues of the same servers.
        for trial in trials(case, twins=options.twins):
            triage = saving(shlex.split(options.triage), trial, options.captures)
            answer = Answer(trial, *play(trial, options.python, triage, env))
            if (file := capture_of(trial, options.captures)) and file.exists():
                captures.tidy(file, options.prefix)
                if answer.judged is not Verdict.RIGHT:
                    file.unlink(missing_ok=True)
            answers.append(answer)
            print(answer, flush=True)

    with ThreadPoolExecutor(options.together) as threads:
        for _ in threads.map(one, options.cases):
            pass
    return answers


def main() -> None:
    """Run the cases, print a line for each and the table, and end with 1 if any is wrong."""
    options = parse()
    if options.captures:
        options.captures.mkdir(exist_ok=True)
        options.prefix = captures.prefix_of(options.python)
    with servers.running(name for case in options.cases for name in case.needs) as env:
        answers = run(options, env)
    print("", *table(score_of(answers)), sep="\n")
    if options.output:
        version = look.version(options.python)
        options.output.write_text("".join(f"{line}\n" for line in report(answers, version)))
    sys.exit(any(is_wrong(row_of(answer.trial), answer.judged) for answer in answers))


if __name__ == "__main__":
    main()
