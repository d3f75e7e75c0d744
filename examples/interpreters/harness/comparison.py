"""Executors that take turns, for as many rounds as it takes to tell them apart."""

import itertools
import time
from dataclasses import dataclass
from typing import Any

from examples.interpreters.analysis import intervals
from examples.interpreters.analysis.results import FAMILIES, kind
from examples.interpreters.harness.pools import Pools
from examples.interpreters.harness.progress import Progress

LATENCY_CALLS = 16

type Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rounds:
    """How many rounds a comparison gets.

    Rounds end when the intervals are narrow enough, whoever wins, or when the
    budget is spent. They never end because somebody wins: that would favour luck.

    Attributes:
        least: at least so many. Nine are the fewest of which the interval of the median
            leaves out the highest and the lowest.
        most: at most so many.
        seconds: no round begins after so long.
        spread: half the width of the interval of a ratio over its median that is narrow enough.
        hard: whether the seconds count for more than the least number.

    """

    least: int
    most: int
    seconds: float
    spread: float
    hard: bool = False

    def enough(self, number: int, spent: float, widest: float) -> bool:
        """Tell whether so many rounds are enough.

        Args:
            number: of rounds that are done.
            spent: seconds.
            widest: half the width of the widest interval over its median.

        """
        late = spent >= self.seconds
        if number < self.least:
            return late and self.hard
        return late or number >= self.most or widest <= self.spread


def fixed(rounds: int) -> Rounds:
    """Give a fixed number of rounds."""
    return Rounds(rounds, rounds, float("inf"), 0.0)


def compare(
    pools: Pools, rounds: Rounds, progress: Progress, *, latency: bool = False
) -> dict[str, Row]:
    """Let the executors take turns; give the values of each, one a round.

    Args:
        pools: with slices loaded.
        rounds: how many.
        progress: shows how far it is.
        latency: whether the latency of a slice, and the lag of the loop, are measured too.

    """
    keys = ("values", "p50") if latency else ("values",)
    cell = {
        name: fresh("values", "user", "system") for name in (*map(str, pools.candidates), "control")
    }
    if latency:
        for one in pools.candidates:
            cell[str(one)] |= fresh("p50", "p95", "lag")
    begin = time.monotonic()
    for number in itertools.count(1):
        _round(pools, cell, latency=latency)
        spent = time.monotonic() - begin
        progress.bar(max(number / rounds.most, spent / rounds.seconds), f"{number} rounds")
        if rounds.enough(number, spent, max(_widest(cell, key) for key in keys)):
            return cell
    raise AssertionError("the count has no end")


def _round(pools: Pools, cell: dict[str, Row], *, latency: bool) -> None:
    for one in pools.shuffled():
        if one is None:
            answer, row = pools.control_round(), cell["control"]
        else:
            host, row = pools.hosts[one.kind], cell[str(one)]
            answer = host.ask("round", form=one.form)
            if latency:
                calls = host.ask("calls", form=one.form, count=LATENCY_CALLS)
                row["p50"].append(intervals.percentile(calls, 50))
                row["p95"].append(intervals.percentile(calls, 95))
                row["lag"].append(host.ask("lag", form=one.form, count=LATENCY_CALLS))
        row["values"].append(seconds(answer))
        row["user"].append(answer["user"])
        row["system"].append(answer["system"])


def _widest(cell: dict[str, Row], key: str) -> float:
    """Give the widest interval of the fastest interpreter pool over the fastest of each family."""
    fastest: dict[str, list[float]] = {}
    for name, row in cell.items():
        if name == "control":
            continue
        family, values = FAMILIES[kind(name)], row[key]
        known = fastest.get(family)
        if known is None or _median(values) < _median(known):
            fastest[family] = values
    mine = fastest.pop("interpreter", None)
    if mine is None:
        return 0.0
    return max((intervals.ratio(theirs, mine).spread for theirs in fastest.values()), default=0.0)


def _median(values: list[float]) -> float:
    return intervals.interval(values).median


def fresh(*names: str) -> Row:
    """Give an empty row."""
    return {name: [] for name in names}


def seconds(answer: dict[str, float]) -> float:
    """Give the seconds of a round."""
    return answer["end"] - answer["start"]
