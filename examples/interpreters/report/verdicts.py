"""The verdicts of the gate as a table, with the reasons folded under it."""

from collections.abc import Iterator, Sequence

from examples.interpreters.analysis import admission, margins, results
from examples.interpreters.analysis.judgement import Judgement, Line, Verdict, judge
from examples.interpreters.analysis.results import Results, ResultsError
from examples.interpreters.report.tables import table

HEADINGS = {
    "out of the loop": "Out of the loop at all?",
    "which executor": "Into which executor?",
    "condition": "What can forbid",
}


def text(runs: Sequence[Results]) -> str:
    """Write what the gate says of each workload when the rounds of all runs count together."""
    wanted = margins.read()
    try:
        measured = results.together(runs)
        admission.check_complete(measured, wanted)
    except ResultsError as error:
        return f"**refused: {error}**\n"
    judged = [judge(name, measured, wanted) for name in measured.comparisons]
    alone = [[judge(name, run, wanted).verdict for run in runs] for name in measured.comparisons]
    rows = [
        (
            one.workload,
            yes_or_no(one.out_of_loop),
            one.executor,
            str(one.verdict),
            ", ".join(map(str, verdicts)),
        )
        for one, verdicts in zip(judged, alone, strict=True)
    ]
    head = ("workload", "out of the loop?", "into which executor?", "interpreter pool")
    rounds = min(measured.comparisons[name].rounds for name in measured.comparisons)
    found = table((*head, "each run alone"), rows, align="---")
    return (
        f"{len(runs)} runs, {rounds} rounds together.\n\n{found}\n"
        + "\n".join(fold for one in judged for fold in _fold(one))
        + "\n"
    )


def _fold(one: Judgement) -> Iterator[str]:
    yield f"/// details | {one.workload}: {one.verdict}"
    for question, heading in HEADINGS.items():
        yield f"**{heading}**\n"
        yield from (_bullet(line) for line in one.lines if line.question == question)
        yield ""
    yield "///\n"


def _bullet(line: Line) -> str:
    mark = "met" if line.verdict is Verdict.ADOPT else "not met"
    if line.verdict is Verdict.UNDECIDED:
        mark = "undecided"
    return f"- {line.name}: {line.text} (**{mark}**)"


def yes_or_no(verdict: Verdict) -> str:
    """Write a verdict as the answer to a question."""
    return {Verdict.ADOPT: "yes", Verdict.DO_NOT_ADOPT: "no"}.get(verdict, "undecided")


def plain(judgement: Judgement) -> str:
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
