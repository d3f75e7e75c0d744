"""Decide from measured results whether a workload may move to an interpreter pool.

Exit status: 0 adopt, 1 do not adopt, 2 undecided because the data is too noisy, 3 refused
because the results cannot be judged.

python -m examples.interpreters.gate results.json
"""

import argparse
import json
import platform
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

from examples.interpreters import breakeven, measure

MARGINS = Path(__file__).with_suffix(".toml")
SCHEMA = 1
SECTIONS = ("machine", "workloads", "serialization")
ALTERNATIVES = {"direct", "thread", "process", "worker"}

# What each form of hand-over costs outside the workers, as named in the section.
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


class Verdict(IntEnum):
    """What the gate says; the value is the exit status."""

    ADOPT = 0
    DO_NOT_ADOPT = 1
    UNDECIDED = 2

    def __str__(self) -> str:
        """Say it in words."""
        return self.name.replace("_", " ").lower()


class Reason(NamedTuple):
    """One line of a judgement.

    Attributes:
        verdict: what follows from this line alone.
        text: the line.

    """

    verdict: Verdict
    text: str


class RefusedError(Exception):
    """The results cannot be judged."""


def check(results: dict[str, Any], margins: dict[str, Any], now: datetime) -> None:
    """Refuse results that say nothing about this interpreter today.

    Raises:
        RefusedError: when they are old, incomplete, or of another CPython.

    """
    check_complete(results, margins)
    age = (now - datetime.fromisoformat(results["date"])).days
    if age > margins["age"]["days"]:
        raise RefusedError(f"old: {age} days, at most {margins['age']['days']} count")
    if (measured := results["machine"]["cpython"]) != platform.python_version():
        raise RefusedError(f"measured on CPython {measured}, not {platform.python_version()}")


def check_complete(results: dict[str, Any], margins: dict[str, Any]) -> None:
    """Refuse results that lack something that a judgement needs.

    Raises:
        RefusedError: when they are incomplete.

    """
    if results.get("schema") != SCHEMA:
        raise RefusedError(f"schema {results.get('schema')!r} is not {SCHEMA}")
    if missing := [name for name in SECTIONS if name not in results]:
        raise RefusedError(f"incomplete: no {', '.join(missing)}")
    if results["quick"]:
        raise RefusedError("incomplete: a --quick run checks the harness and measures nothing")
    for name, cell in results["workloads"]["cells"].items():
        rounds = min(len(row["walls"]) for row in cell["contestants"].values())
        if rounds < margins["noise"]["rounds"]:
            raise RefusedError(
                f"incomplete: {rounds} rounds of {name}, {margins['noise']['rounds']} are wanted"
            )
        if missing := [
            form for form in margins["today"]["forms"] if form not in cell["contestants"]
        ]:
            raise RefusedError(f"incomplete: {name} was not run as today: {', '.join(missing)}")


def judge(
    name: str, results: dict[str, Any], margins: dict[str, Any]
) -> tuple[Verdict, list[Reason]]:
    """Judge one workload.

    Args:
        name: of the workload.
        results: of the harness, checked.
        margins: of the policy.

    Returns:
        The verdict, and all reasons for it.

    Raises:
        RefusedError: when the workload was not measured.

    """
    if name not in results["workloads"]["cells"]:
        raise RefusedError(f"no results for a workload {name!r}")
    reasons = list(_reasons(name, results, margins))
    speed = [reason.verdict for reason in reasons[:2]]
    others = [reason.verdict for reason in reasons[2:]]
    # Either speed is enough; every other line can forbid.
    best = min(speed, key=[Verdict.ADOPT, Verdict.UNDECIDED, Verdict.DO_NOT_ADOPT].index)
    if Verdict.DO_NOT_ADOPT in (best, *others):
        return Verdict.DO_NOT_ADOPT, reasons
    if Verdict.UNDECIDED in (best, *others):
        return Verdict.UNDECIDED, reasons
    return Verdict.ADOPT, reasons


def _reasons(name: str, results: dict[str, Any], margins: dict[str, Any]) -> Iterator[Reason]:
    cell = results["workloads"]["cells"][name]
    contestants = cell["contestants"]
    candidate = breakeven.fastest(contestants, {"interpreter"})
    form = candidate.partition("/")[2]
    yield _speed("throughput", "walls", contestants, candidate, margins)
    yield _speed("latency of a slice", "p50", contestants, candidate, margins)

    spread = measure.interval(contestants["control"]["walls"]).spread
    limit = margins["noise"]["spread"]
    noisy = Verdict.UNDECIDED if spread > limit else Verdict.ADOPT
    yield Reason(noisy, f"noise: the control spreads by {spread:.1%}; at most {limit:.0%}")

    memory = results["workloads"]["memory"]
    process = breakeven.fastest(contestants, {"process"}).partition("/")[0]
    added, other = (memory[kind]["pss"] / 2**20 for kind in ("interpreter", process))
    yield _limit(
        added / other,
        margins["limits"]["memory"],
        f"memory: {added:.1f} MiB a worker, {process} {other:.1f} MiB: {{0:.2f}} times;"
        " at most {1:.2f}",
    )
    share = 1e3 * _serialization(form, cell["payload"], results) / cell["slice_ms"]
    yield _limit(
        share,
        margins["limits"]["serialization"],
        f"serialization: {form} takes {{0:.1%}} of a slice; at most {{1:.0%}}",
    )
    declared = margins["workload"].get(name, {})
    for kept, text in (
        (cell["equal"], "rule: every executor gives the same bits"),
        (declared.get("runs_in") == "worker", "rule: runs in a worker that need not be inspected"),
        (declared.get("must_be_killable") is False, "rule: no slice must be killed"),
    ):
        yield Reason(
            Verdict.ADOPT if kept else Verdict.DO_NOT_ADOPT,
            f"{text}: {'kept' if kept else 'broken'}",
        )


def _speed(
    what: str, key: str, contestants: dict[str, Any], candidate: str, margins: dict[str, Any]
) -> Reason:
    rows = {one: row for one, row in contestants.items() if key in row}
    best = breakeven.fastest(rows, ALTERNATIVES, key)
    wanted, gain = (
        margins["adopt"]["speed_up"],
        measure.ratio(rows[best][key], rows[candidate][key]),
    )
    mine, theirs = measure.interval(rows[candidate][key]), measure.interval(rows[best][key])
    if gain.low >= wanted and mine.high < theirs.low:
        verdict = Verdict.ADOPT
    elif gain.high < wanted:
        verdict = Verdict.DO_NOT_ADOPT
    else:
        verdict = Verdict.UNDECIDED
    today = ", ".join(
        f"{measure.ratio(rows[form][key], rows[candidate][key]).median:.2f} times as today's {form}"
        for form in margins["today"]["forms"]
    )
    return Reason(
        verdict,
        f"{what}: {candidate} is {gain.median:.2f} ({gain.low:.2f} to {gain.high:.2f}) times as"
        f" fast as {best}, {today}; {wanted:.2f} is wanted",
    )


def _limit(value: float, limit: float, text: str) -> Reason:
    verdict = Verdict.ADOPT if value <= limit else Verdict.DO_NOT_ADOPT
    return Reason(verdict, text.format(value, limit))


def _serialization(form: str, payload: float, results: dict[str, Any]) -> float:
    """Give the seconds for a payload, scaled from the nearest size that was measured."""
    rows = results["serialization"]["rows"]
    near: int = min({row["payload"] for row in rows}, key=lambda size: abs(size - payload))
    seconds: float = sum(
        measure.interval(row["seconds"]).median
        for row in rows
        if row["payload"] == near and row["what"] in STEPS[form]
    )
    return seconds * (payload / near)


def main() -> None:
    """Parse the command line, judge, print, exit with the verdict."""
    parser = argparse.ArgumentParser(prog="gate", usage="%(prog)s [options] results.json")
    parser.description = __doc__
    parser.add_argument("results", type=Path)
    parser.add_argument("--workload", help="judge only this one")
    options = parser.parse_args()
    margins = tomllib.loads(MARGINS.read_text())
    try:
        results = json.loads(options.results.read_text())
        check(results, margins, datetime.now(UTC))
        names = [options.workload] if options.workload else list(results["workloads"]["cells"])
        judged = [(name, *judge(name, results, margins)) for name in names]
    except (OSError, ValueError, KeyError, RefusedError) as error:
        print(f"refused: {_one_line(error)}", file=sys.stderr)
        sys.exit(3)
    worst = Verdict.ADOPT
    for name, verdict, reasons in judged:
        print(f"{name}: {verdict}")
        for reason in reasons:
            print(f"  {'+' if reason.verdict is Verdict.ADOPT else '-'} {reason.text}")
        # Of several workloads, one that may not be adopted decides the status.
        order = [Verdict.ADOPT, Verdict.UNDECIDED, Verdict.DO_NOT_ADOPT]
        worst = max(worst, verdict, key=order.index)
    sys.exit(worst)


def _one_line(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"incomplete: no {error}"
    return " ".join(str(error).split())


if __name__ == "__main__":
    main()
