"""Run triage many times on every target and print one table of what it said.

``python -m tests.triage.confusion --runs 20``. Every run starts its target anew,
an incident with uvloop and with the loop of asyncio in turn.
"""

import argparse
import asyncio
import platform
import signal
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.support import alerts
from tests.support.repros import running
from tests.triage.expected import INCIDENTS
from tests.triage.healthy import HEALTHY
from tests.triage.reports import Report, report

NOTHING = "no finding"
LOOPS = ("uvloop", "asyncio")


@dataclass(frozen=True)
class Answer:
    """What triage names first.

    Attributes:
        cause: the cause, or that there is no finding.
        function: function of the place; empty without a finding.
        outcome: the outcomes of all processes.

    """

    cause: str
    function: str = ""
    outcome: str = ""

    @classmethod
    def of(cls, found: Report) -> Answer:
        """Take the answer from a report."""
        outcome = ", ".join(sorted(set(found.statuses)))
        for finding in found.findings:
            return cls(finding["cause"], finding["function"], outcome)
        return cls(NOTHING, outcome=outcome)

    def __str__(self) -> str:
        return f"{self.cause} in `{self.function}`" if self.function else self.cause


@dataclass(frozen=True)
class Trial:
    """A target, the right answer, and ways to run triage on a new one, taken in turn."""

    title: str
    wanted: Answer
    runs: tuple[Callable[[], Answer], ...]

    def is_right(self, answer: Answer) -> bool:
        """Whether both cause and place are right."""
        return (answer.cause, answer.function) == (self.wanted.cause, self.wanted.function)


def run_on_incident(name: str, *flags: str, loop: str) -> Answer:
    """Start an incident and run triage on it once."""
    with (
        running(name, *flags, env={"UVICORN_LOOP": loop}) as target,
        tempfile.TemporaryDirectory() as folder,
    ):
        if not flags:
            alerts.reach(name, target)
        options = INCIDENTS[name].options_for(target, Path(folder), fixed="--fixed" in flags)
        return Answer.of(report(target.pid, *options))


def run_on_healthy(name: str) -> Answer:
    """Start a healthy target and run triage on it once."""

    async def answered() -> Answer:
        async with HEALTHY[name]() as pid:
            return Answer.of(await asyncio.to_thread(report, pid))

    return asyncio.run(answered())


def trials() -> Iterator[Trial]:
    """Give every incident, faulty and fixed, and every healthy target."""
    for name, expected in sorted(INCIDENTS.items()):
        cause = Answer(expected.cause, expected.function)
        for flags, wanted in (((), cause), (("--fixed",), Answer(NOTHING))):
            title = " ".join((name, *flags, *expected.options))
            run = partial(run_on_incident, name, *flags)
            yield Trial(title, wanted, tuple(partial(run, loop=loop) for loop in LOOPS))
    for name in HEALTHY:
        yield Trial(name, Answer(NOTHING), (partial(run_on_healthy, name),))


def attempt(trial: Trial, number: int) -> Answer:
    """Run triage once; a run that breaks is a wrong answer and not the end of the table."""
    try:
        return trial.runs[number % len(trial.runs)]()
    except Exception as error:  # noqa: BLE001 # whatever it is, it goes into the table
        return Answer(f"{type(error).__name__}: {error}".splitlines()[0].replace("|", "/"))


def run(chosen: list[Trial], runs: int, together: int) -> dict[str, Counter[Answer]]:
    """Ask `runs` times about each, `together` of them at a time, all kinds in turn."""
    answers: dict[str, Counter[Answer]] = defaultdict(Counter)
    with ThreadPoolExecutor(together) as pool:
        pending = {
            pool.submit(attempt, trial, number): trial for number in range(runs) for trial in chosen
        }
        for number, done in enumerate(as_completed(pending), 1):
            trial, answer = pending[done], done.result()
            answers[trial.title][answer] += 1
            mark = "" if trial.is_right(answer) else f"  WRONG: {answer}"
            print(f"{number}/{len(pending)} {trial.title}{mark}", file=sys.stderr, flush=True)
    return answers


def table(chosen: list[Trial], answers: Mapping[str, Counter[Answer]], runs: int) -> Iterator[str]:
    """Write what was said: by cause, then for each target."""
    matrix: dict[str, Counter[str]] = defaultdict(Counter)
    for trial in chosen:
        for answer, count in answers[trial.title].items():
            matrix[trial.wanted.cause][answer.cause] += count
    causes = sorted({cause for row in matrix.values() for cause in row} | matrix.keys())
    yield f"Measured on {datetime.now(UTC):%Y-%m-%d} with CPython {platform.python_version()}:"
    yield f"{runs} runs for each of {len(chosen)} targets, each run with a target of its own."
    yield ""
    yield f"| Wanted, and said: | {' | '.join(causes)} |"
    yield "| --- |" + " ---: |" * len(causes)
    for wanted in sorted(matrix):
        counts = " | ".join(f"{matrix[wanted][cause]:,}" for cause in causes)
        yield f"| {wanted} | {counts} |"
    yield ""
    yield "/// details | Each target, and what triage said"
    yield ""
    yield "| Target | Right | Said | Outcome |"
    yield "| --- | ---: | --- | --- |"
    for trial in chosen:
        found = answers[trial.title]
        right = sum(count for answer, count in found.items() if trial.is_right(answer))
        names = tally(found, str)
        outcomes = tally(found, lambda answer: answer.outcome)
        yield f"| {trial.title} | {right} of {runs} | {names} | {outcomes} |"
    yield ""
    yield "///"


def tally(found: Counter[Answer], text_of: Callable[[Answer], str]) -> str:
    """Write how often each text came."""
    counts: Counter[str] = Counter()
    for answer, count in found.items():
        counts[text_of(answer)] += count
    return "; ".join(f"{text} ({count})" for text, count in counts.most_common() if text)


def main() -> None:
    """Print the table, and end with 1 when anything in it is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--together", type=int, default=3, help="runs at the same time")
    parser.add_argument("--only", default="", help="part of the names of the targets")
    parser.add_argument("--output", type=Path, help="write the table there as well")
    options = parser.parse_args()
    # In the background of a shell it is ignored, and then by every target as well.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    chosen = [trial for trial in trials() if options.only in trial.title]
    if not chosen:
        parser.error(f"no target has {options.only!r} in its name")
    answers = run(chosen, options.runs, options.together)
    text = "\n".join(table(chosen, answers, options.runs)) + "\n"
    print(text, end="")
    if options.output:
        options.output.write_text(text)
    sys.exit(any(not trial.is_right(answer) for trial in chosen for answer in answers[trial.title]))


if __name__ == "__main__":
    main()
