"""Whether a workload leaves the event loop, and into which executor: judged, never measured."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from examples.interpreters.analysis import intervals
from examples.interpreters.analysis.margins import ALTERNATIVES, Margins
from examples.interpreters.analysis.results import FAMILIES, Comparison, Results, ResultsError, kind

DIRECT = "direct"
MEASURES = {"values": "throughput", "p50": "latency of a slice"}
TICK = 0.01  # seconds in which Linux counts CPU time
MIB = 2**20
POOLS = {
    "thread": "thread pool",
    "process": "process pool",
    "worker": "TaskIQ worker",
    "interpreter": "interpreter pool",
}
# An estimate of more rounds than this is no advice.
MANY_ROUNDS = 1000

# What each form of hand-over costs outside the workers, as named in the results.
STEPS = {
    "objects": (
        "objects, out: pickle.dumps",
        "objects, discarded: repr",
        "objects, in: pickle.loads",
    ),
    "pickled": ("objects, out: pickle.dumps", "objects, in: pickle.loads"),
    "packed": ("packed, out: tobytes", "packed, in: memoryview.cast"),
    "memoryview": ("packed, in: memoryview.cast",),
}

type Question = Literal["out of the loop", "which executor", "condition"]


class Verdict(IntEnum):
    """What the gate says; the value is the exit status."""

    ADOPT = 0
    DO_NOT_ADOPT = 1
    UNDECIDED = 2

    def __str__(self) -> str:
        """Say it in words."""
        return self.name.replace("_", " ").lower()


# From the best for a workload to the worst.
ORDER = [Verdict.ADOPT, Verdict.UNDECIDED, Verdict.DO_NOT_ADOPT]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a judgement.

    Attributes:
        question: that it answers.
        name: what was measured.
        verdict: what follows from this line alone.
        text: the figures, and what is wanted of them.

    """

    question: Question
    name: str
    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the gate says of a workload.

    Attributes:
        workload: its name.
        verdict: on the interpreter pool.
        out_of_loop: whether it leaves the event loop.
        executor: where it runs.
        lines: all reasons.

    """

    workload: str
    verdict: Verdict
    out_of_loop: Verdict
    executor: str
    lines: tuple[Line, ...]


def judge(workload: str, results: Results, margins: Margins) -> Judgement:
    """Judge one workload.

    Raises:
        ResultsError: when the workload was not measured.

    """
    if workload not in results.comparisons:
        raise ResultsError(f"no results for a workload {workload!r}")
    measured = results.comparisons[workload]
    loop = list(_loop(measured, margins))
    out = _best(line.verdict for line in loop)
    if not measured.measured("interpreter"):
        why = measured.refusals("interpreter")
        cannot = Line("which executor", "may not move", Verdict.DO_NOT_ADOPT, why)
        verdict = Verdict.DO_NOT_ADOPT
        executor = _executor(measured, "", out, verdict)
        return Judgement(workload, verdict, out, executor, (*loop, cannot))
    candidate = measured.fastest("interpreter")
    against = {key: list(_against(measured, candidate, key, margins)) for key in MEASURES}
    conditions = list(_conditions(workload, results, candidate, margins))
    # Either speed is enough, against all alternatives; every other line can forbid.
    speed = _best(_worst(line.verdict for line in lines) for lines in against.values())
    verdict = _worst([out, speed, *(line.verdict for line in conditions)])
    return Judgement(
        workload,
        verdict,
        out,
        _executor(measured, candidate, out, verdict),
        (*loop, *(line for lines in against.values() for line in lines), *conditions),
    )


def _best(verdicts: Iterable[Verdict]) -> Verdict:
    return min(verdicts, key=ORDER.index)


def _worst(verdicts: Iterable[Verdict]) -> Verdict:
    return max(verdicts, key=ORDER.index)


def _executor(measured: Comparison, candidate: str, out: Verdict, verdict: Verdict) -> str:
    if out is Verdict.DO_NOT_ADOPT:
        return "none: it stays in the loop"
    if verdict is Verdict.ADOPT:
        return _pool(candidate)
    # A warm process pool is as fast whatever started its processes, so the family is named.
    best = _pool(_alternative(measured))
    return best if verdict is Verdict.DO_NOT_ADOPT else f"{best}, until it is decided"


def _pool(name: str) -> str:
    executor, _, form = name.partition("/")
    return f"{POOLS[FAMILIES[executor]]}, {form}"


def _alternative(measured: Comparison) -> str:
    """Give the alternative that takes the least time for all slices."""
    names = [measured.fastest(family) for family in ALTERNATIVES if measured.measured(family)]
    return min(names, key=lambda name: intervals.interval(measured.values(name, "values")).median)


def _loop(measured: Comparison, margins: Margins) -> Iterator[Line]:
    direct = measured.fastest(DIRECT)
    lag = intervals.interval(measured.values(direct, "p95"))
    median = intervals.interval(measured.values(direct, "p50")).median
    if lag.low > margins.lag:
        verdict = Verdict.ADOPT
    else:
        verdict = Verdict.DO_NOT_ADOPT if lag.high <= margins.lag else Verdict.UNDECIDED
    yield Line(
        "out of the loop",
        "lag of the loop",
        verdict,
        f"a direct slice blocks it for {median * 1e3:.2f} ms, p95 {lag.median * 1e3:.2f}"
        f" ({lag.low * 1e3:.2f} to {lag.high * 1e3:.2f});"
        f" up to {margins.lag * 1e3:.2f} ms may stay{_late(measured, direct)}",
    )
    executors = [one for one in (*ALTERNATIVES, "interpreter") if measured.measured(one)]
    names = [measured.fastest(family) for family in executors]
    best = min(names, key=lambda name: intervals.interval(measured.values(name, "values")).median)
    verdict, gain, more = _compare(measured, best, direct, "values", margins)
    yield Line(
        "out of the loop",
        "gain of the batch",
        verdict,
        f"{best}, the fastest executor, is {gain} times as fast as {direct};"
        f" {margins.speed_up:.2f} is wanted{more}",
    )


def _late(measured: Comparison, direct: str) -> str:
    """Say how late a loop woke at most in a round: with direct slices, and beside each family."""
    names = [
        measured.fastest(one) for one in (*ALTERNATIVES, "interpreter") if measured.measured(one)
    ]
    late = [
        f"{intervals.interval(values).median * 1e3:.2f} ms with {name}"
        for name in (direct, *names)
        if (values := measured.values(name, "lag"))
    ]
    return f"; a loop that waited for slices woke late by up to {', '.join(late)}" if late else ""


def _against(measured: Comparison, candidate: str, key: str, margins: Margins) -> Iterator[Line]:
    for family, plural in ALTERNATIVES.items():
        name = f"{MEASURES[key]} against {plural}"
        if not measured.measured(family):
            why = f"they cannot take it: {measured.refusals(family)}"
            yield Line("which executor", name, Verdict.ADOPT, why)
            continue
        best, today = measured.fastest(family, key), margins.today.get(family)
        if today not in measured.timings:
            today = None
        decides = today if today and margins.decides == "today" else best
        verdict, gain, more = _compare(measured, candidate, decides, key, margins)
        text = f"{candidate} is {gain} times as fast as {decides}"
        text += ", today's form" if decides == today else ", their best form"
        other = best if decides == today else today
        if other and other != decides:
            ratio = intervals.ratio(measured.values(other, key), measured.values(candidate, key))
            what = "their best form" if other == best else "today's form"
            text += f", and {_times(ratio)} times as fast as {other}, {what}"
        yield Line(
            "which executor",
            name,
            verdict,
            f"{text}; {margins.speed_up:.2f} is wanted{more}",
        )


def _compare(
    measured: Comparison, candidate: str, rival: str, key: str, margins: Margins
) -> tuple[Verdict, str, str]:
    """Say whether the candidate beats the rival, by how much, and what would decide.

    It does when the whole interval of the ratio lies beyond the margin, and the
    intervals of the two times are apart.
    """
    mine, theirs = measured.values(candidate, key), measured.values(rival, key)
    gain, wanted = intervals.ratio(theirs, mine), margins.speed_up
    fast, slow = intervals.interval(mine), intervals.interval(theirs)
    if gain.low >= wanted and fast.high < slow.low:
        return Verdict.ADOPT, _times(gain), ""
    if gain.high < wanted:
        return Verdict.DO_NOT_ADOPT, _times(gain), ""
    away = gain.median - wanted
    widths = [(gain.median - gain.low if away > 0 else gain.high - gain.median, abs(away))]
    if away > 0:
        widths.append((fast.high - fast.median + slow.median - slow.low, slow.median - fast.median))
    return Verdict.UNDECIDED, _times(gain), _rounds_to_decide(len(mine), widths)


def _rounds_to_decide(rounds: int, widths: Iterable[tuple[float, float]]) -> str:
    """Say what it would take to decide.

    The width of the interval of a median falls with the square root of the number of samples.

    Args:
        rounds: so far.
        widths: what an interval takes on one side, and what it may take.

    """
    wanted = max(rounds * (is_ / may) ** 2 if may > 0 else math.inf for is_, may in widths)
    if wanted > MANY_ROUNDS:
        return f"; it would take more than {MANY_ROUNDS:,} rounds to decide"
    return f"; about {math.ceil(max(wanted, rounds + 1))} rounds would decide"


def _conditions(
    workload: str, results: Results, candidate: str, margins: Margins
) -> Iterator[Line]:
    measured = results.comparisons[workload]
    yield _noise(measured, margins)
    yield _cpu(measured, candidate, margins)

    process = kind(margins.today["process"])
    if process in results.memory:
        added, other = (results.memory[one] / MIB for one in ("interpreter", process))
        yield _limit(
            "memory",
            added / other,
            margins.memory,
            f"{added:.1f} MiB a worker, {process} {other:.1f} MiB: {{0:.2f}} times;"
            " at most {1:.2f}",
        )
    form = candidate.partition("/")[2]
    yield _limit(
        "serialization",
        _serialization(form, measured.payload, results) / measured.slice_seconds,
        margins.serialization,
        f"{form} takes {{0:.1%}} of a slice; at most {{1:.0%}}",
    )
    declared = margins.declared.get(workload, measured.declared)
    for kept, text in (
        (measured.equal, "every executor gives the same bits"),
        (declared.get("runs_in") == "worker", "runs in a worker process, which serves no request"),
        (declared.get("must_be_killable") is False, "no slice must be killed"),
    ):
        yield Line(
            "condition",
            "rule",
            Verdict.ADOPT if kept else Verdict.DO_NOT_ADOPT,
            f"{text}: {'kept' if kept else 'broken'}",
        )


def _noise(measured: Comparison, margins: Margins) -> Line:
    values = measured.values("control", "values")
    spread = intervals.interval(values).spread
    more = ""
    if spread > margins.spread:
        more = _rounds_to_decide(len(values), [(spread, margins.spread)])
    return Line(
        "condition",
        "noise",
        Verdict.UNDECIDED if more else Verdict.ADOPT,
        f"the control spreads by {spread:.1%} in {len(values)} rounds;"
        f" at most {margins.spread:.0%}{more}",
    )


def _cpu(measured: Comparison, candidate: str, margins: Margins) -> Line:
    rival = _alternative(measured)
    mine, theirs = measured.cpu(candidate), measured.cpu(rival)
    others = "".join(
        f", {form} {measured.cpu(form) * 1e3:.2f} ms"
        for form in margins.today.values()
        if form != rival and form in measured.timings
    )
    # About a tick is lost or won in each round, so a sum of them is off by its square root.
    rounds, slices = measured.rounds, measured.slices
    doubt = 2.0 * TICK / math.sqrt(rounds) / slices
    mine, theirs = mine or doubt, theirs or doubt
    low, high = (mine - doubt) / (theirs + doubt), (mine + doubt) / max(theirs - doubt, doubt)
    if high <= margins.cpu:
        verdict = Verdict.ADOPT
    else:
        verdict = Verdict.DO_NOT_ADOPT if low > margins.cpu else Verdict.UNDECIDED
    return Line(
        "condition",
        "CPU",
        verdict,
        f"user and system, {candidate} takes {mine * 1e3:.2f} ms for a slice, {rival}"
        f" {theirs * 1e3:.2f} ms{others}: {mine / theirs:.2f} ({low:.2f} to {high:.2f}) times as"
        f" much as {rival}; at most {margins.cpu:.2f}",
    )


def _limit(name: str, value: float, limit: float, text: str) -> Line:
    verdict = Verdict.ADOPT if value <= limit else Verdict.DO_NOT_ADOPT
    return Line("condition", name, verdict, text.format(value, limit))


def _serialization(form: str, payload: float, results: Results) -> float:
    """Give the seconds for a payload, scaled from the nearest size that was measured."""
    sizes = {step.payload for step in results.serialization} or {payload}
    near = min(sizes, key=lambda size: abs(size - payload))
    seconds = sum(
        intervals.interval(step.seconds).median
        for step in results.serialization
        if step.payload == near and step.what in STEPS[form]
    )
    return seconds * (payload / near)


def _times(interval: intervals.Interval) -> str:
    return f"{interval.median:.2f} ({interval.low:.2f} to {interval.high:.2f})"
