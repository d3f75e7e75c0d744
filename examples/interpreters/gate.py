"""Decide from measured results whether a workload may move to an interpreter pool.

Exit status: 0 adopt, 1 do not adopt, 2 undecided because the data is too noisy, 3 refused
because the results cannot be judged. The rounds of several files count together.

python -m examples.interpreters.gate results.json
"""

import argparse
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from examples.interpreters.analysis import margins, results
from examples.interpreters.analysis.judgement import ORDER, Judgement, Verdict, judge
from examples.interpreters.analysis.margins import Margins
from examples.interpreters.analysis.results import Results, ResultsError


def check(measured: Results, wanted: Margins, now: datetime) -> None:
    """Refuse results that say nothing about this interpreter today.

    Raises:
        ResultsError: when they are old, incomplete, or of another CPython.

    """
    check_complete(measured, wanted)
    age = (now - datetime.fromisoformat(measured.date)).days
    if age > wanted.days:
        raise ResultsError(f"old: {age} days, at most {wanted.days} count")
    if measured.cpython != platform.python_version():
        raise ResultsError(
            f"measured on CPython {measured.cpython}, not {platform.python_version()}"
        )


def check_complete(measured: Results, wanted: Margins) -> None:
    """Refuse results that lack something that a judgement needs.

    Raises:
        ResultsError: when they are incomplete.

    """
    if measured.quick:
        raise ResultsError("incomplete: a --quick run checks the harness and measures nothing")
    for name, cell in measured.comparisons.items():
        if cell.rounds < wanted.rounds:
            raise ResultsError(
                f"incomplete: {cell.rounds} rounds of {name}, {wanted.rounds} are wanted"
            )
        if missing := [form for form in wanted.today.values() if form not in cell.timings]:
            raise ResultsError(f"incomplete: {name} was not run as today: {', '.join(missing)}")


def main() -> None:
    """Parse the command line, judge, print, exit with the verdict."""
    parser = argparse.ArgumentParser(prog="gate", usage="%(prog)s [options] results.json ...")
    parser.description = __doc__
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--workload", help="judge only this one")
    options = parser.parse_args()
    wanted = margins.read()
    try:
        measured = results.read(*options.results)
        check(measured, wanted, datetime.now(UTC))
        names = [options.workload] if options.workload else list(measured.comparisons)
        judged = [judge(name, measured, wanted) for name in names]
    except (OSError, ResultsError) as error:
        print(f"refused: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(3)
    for judgement in judged:
        print(text(judgement))
    # Of several workloads, the worst verdict sets the status.
    sys.exit(max((judgement.verdict for judgement in judged), key=ORDER.index))


def yes_or_no(verdict: Verdict) -> str:
    """Write a verdict as the answer to a question."""
    return {Verdict.ADOPT: "yes", Verdict.DO_NOT_ADOPT: "no"}.get(verdict, "undecided")


def text(judgement: Judgement) -> str:
    """Write a judgement: the verdict, the two answers, and each line with its sign."""
    lines = [
        f"{judgement.workload}: {judgement.verdict}",
        f"  out of the loop: {yes_or_no(judgement.out_of_loop)}; executor: {judgement.executor}",
    ]
    lines += [
        f"  {'+' if line.verdict is Verdict.ADOPT else '-'} {line.name}: {line.text}"
        for line in judgement.lines
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
