"""Who wins a cell of the break-even map, by how much, and whether that is decided."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from examples.interpreters.analysis import intervals
from examples.interpreters.analysis.results import FAMILIES, kind
from examples.interpreters.analysis.run import Cell, Series

# A win by less is no win: two runs on a shared machine differ by that much.
DECISIVE = 1.10


class Winner(NamedTuple):
    """The outcome of a cell.

    Attributes:
        family: of the fastest candidate: direct, thread, process or interpreter.
        candidate: the fastest, as ``kind/form``.
        rival: the fastest of the other families.
        advantage: time of the rival over time of the winner, with its interval.
        decided: whether the whole interval of the advantage lies beyond `DECISIVE`, and
            the intervals of the two times are apart.
        tie: whether the whole interval lies within `DECISIVE`, so that neither wins.

    """

    family: str
    candidate: str
    rival: str
    advantage: intervals.Interval
    decided: bool
    tie: bool

    @property
    def word(self) -> str:
        """Say it in a word: the family that won, tie, or undecided."""
        if self.decided:
            return self.family
        return "tie" if self.tie else "undecided"


def family(candidate: str) -> str:
    """Give the family of a candidate named ``kind/form``."""
    return FAMILIES[kind(candidate)]


def fastest(candidates: Mapping[str, Series], families: set[str], key: str = "values") -> str:
    """Give the candidate of these families with the least median.

    Raises:
        ValueError: when there is none.

    """
    names = [name for name in candidates if name != "control" and family(name) in families]
    if not names:
        raise ValueError(f"no candidate of {', '.join(sorted(families))}")
    return min(names, key=lambda name: intervals.interval(candidates[name][key]).median)


def winner(candidates: Mapping[str, Series]) -> Winner:
    """Compare the best candidate of each family."""
    families = set(FAMILIES.values())
    first = fastest(candidates, families)
    rival = fastest(candidates, families - {family(first)})
    mine, theirs = candidates[first]["values"], candidates[rival]["values"]
    advantage = intervals.ratio(theirs, mine)
    apart = intervals.interval(mine).high < intervals.interval(theirs).low
    decided = apart and advantage.low >= DECISIVE
    tie = advantage.low > 1.0 / DECISIVE and advantage.high < DECISIVE
    return Winner(family(first), first, rival, advantage, decided, tie)


def disagreements(first: Sequence[Cell], second: Sequence[Cell]) -> list[str]:
    """Name the cells that one of two runs decides, and that another family wins in the other."""
    found = []
    for one, other in zip(first, second, strict=True):
        a, b = winner(one.candidates), winner(other.candidates)
        if (a.decided or b.decided) and a.family != b.family:
            found.append(
                f"{one.slice_ms:g} ms, {one.payload / 1000:g} kB: {a.family}, then {b.family}"
            )
    return found
