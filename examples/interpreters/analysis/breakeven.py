"""Who wins a cell of the break-even map, by how much, and whether that is decided."""

from typing import Any, NamedTuple

from examples.interpreters.analysis import intervals

FAMILIES = {
    "direct": "direct",
    "thread": "thread",
    "fork": "process",
    "forkserver": "process",
    "spawn": "process",
    "interpreter": "interpreter",
    "taskiq": "worker",
}

# A win by less is no win: two runs on a shared machine differ by that much.
DECISIVE = 1.10


class Winner(NamedTuple):
    """The outcome of a cell.

    Attributes:
        family: of the fastest contestant: direct, thread, process or interpreter.
        contestant: the fastest, as ``kind/form``.
        rival: the fastest of the other families.
        advantage: time of the rival over time of the winner, with its interval.
        decided: whether the whole interval of the advantage lies beyond `DECISIVE`, and
            the intervals of the two times are apart.
        level: whether the whole interval lies within `DECISIVE`, so that neither wins.

    """

    family: str
    contestant: str
    rival: str
    advantage: intervals.Interval
    decided: bool
    level: bool

    @property
    def word(self) -> str:
        """Say it in a word: the family that won, level, or undecided."""
        if self.decided:
            return self.family
        return "level" if self.level else "undecided"


def family(contestant: str) -> str:
    """Give the family of a contestant named ``kind/form``."""
    return FAMILIES[contestant.partition("/")[0]]


def fastest(contestants: dict[str, Any], families: set[str], key: str = "walls") -> str:
    """Give the contestant of these families with the least median.

    Raises:
        ValueError: when there is none.

    """
    names = [name for name in contestants if name != "control" and family(name) in families]
    if not names:
        raise ValueError(f"no contestant of {', '.join(sorted(families))}")
    return min(names, key=lambda name: intervals.interval(contestants[name][key]).median)


def winner(contestants: dict[str, Any]) -> Winner:
    """Compare the best contestant of each family."""
    families = set(FAMILIES.values())
    first = fastest(contestants, families)
    rival = fastest(contestants, families - {family(first)})
    mine, theirs = contestants[first]["walls"], contestants[rival]["walls"]
    advantage = intervals.ratio(theirs, mine)
    apart = intervals.interval(mine).high < intervals.interval(theirs).low
    decided = apart and advantage.low >= DECISIVE
    level = advantage.low > 1.0 / DECISIVE and advantage.high < DECISIVE
    return Winner(family(first), first, rival, advantage, decided, level)


def disagreements(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    """Name the cells that one of two runs decides, and that another family wins in the other."""
    found = []
    for one, other in zip(first["cells"], second["cells"], strict=True):
        a, b = winner(one["contestants"]), winner(other["contestants"])
        if (a.decided or b.decided) and a.family != b.family:
            found.append(
                f"{one['slice_ms']:g} ms, {one['payload'] / 1000:g} kB: {a.family}, then {b.family}"
            )
    return found
