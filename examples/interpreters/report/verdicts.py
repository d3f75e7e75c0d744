"""The verdicts of the gate as a table, with the reasons folded under it."""

from collections.abc import Iterator, Sequence

from examples.interpreters.analysis import admission, intervals, margins, results
from examples.interpreters.analysis.judgement import Judgement, Line, Verdict, judge
from examples.interpreters.analysis.results import Comparison, Results, ResultsError
from examples.interpreters.report.tables import MS, size, table, times

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
        if bullets := [_bullet(line) for line in one.lines if line.question == question]:
            yield from (f"**{heading}**\n", *bullets, "")
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


def of_function(results: Results) -> tuple[str, Verdict]:
    """Write what the gate says of the function in its own results, and which forms it takes."""
    ((name, measured),) = results.comparisons.items()
    judgement = judge(name, results, margins.read())
    lines = [plain(judgement), "forms:"]
    lines += [f"  {form:24} {batch} ms a round" for form, batch in _batches(measured)]
    if measured.refused:
        lines.append("cannot take it:")
    for forms, why in _refusals(measured):
        lines += [f"  {forms}:", f"    {why}"]
    return "\n".join([*lines, *_circumstances(results, measured)]) + "\n", judgement.verdict


def page_of_function(results: Results) -> str:
    """Write the same for a page."""
    ((name, measured),) = results.comparisons.items()
    judgement = judge(name, results, margins.read())
    head = ("function", "out of the loop?", "into which executor?", "interpreter pool")
    row = (f"`{name}`", yes_or_no(judgement.out_of_loop), judgement.executor, judgement.verdict)
    parts = [table(head, [row], align="---"), *_fold(judgement)]
    parts.append(table(("executor/form", "ms a round"), _batches(measured)))
    if measured.refused:
        refusals = [(forms, f"`{why}`") for forms, why in _refusals(measured)]
        parts.append(table(("cannot take it", "why"), refusals, align="---"))
    return "\n".join([*parts, "  \n".join(_circumstances(results, measured))]) + "\n"


def _batches(measured: Comparison) -> list[tuple[str, str]]:
    return [
        (form, times(intervals.interval([wall * MS for wall in timing.values])))
        for form, timing in measured.timings.items()
    ]


def _refusals(measured: Comparison) -> list[tuple[str, str]]:
    """Give the forms that are refused for the same reason, and the reason."""
    return [
        (", ".join(form for form, why in measured.refused.items() if why == reason), reason)
        for reason in dict.fromkeys(measured.refused.values())
    ]


def _circumstances(results: Results, measured: Comparison) -> list[str]:
    slices = f"{measured.slices} slices of {measured.slice_seconds * MS:.2f} ms"
    machine = (
        f"CPython {results.cpython}, {results.cpus} CPUs, load before the run {results.load:g}"
    )
    lines = [
        f"{slices} and {size(measured.payload)}, {measured.rounds} rounds; all results are equal.",
        f"{machine}, {results.date}.",
    ]
    if results.load > results.cpus / 2:
        lines.append("The machine had other work.")
    if results.quick:
        lines.append("This was a quick run: to plan by, and no report of the gate.")
    return lines
