"""The map of break-even: who wins for which slice, and what nobody wins."""

from examples.interpreters.analysis import breakeven
from examples.interpreters.analysis.run import Cell
from examples.interpreters.analysis.run import cell as parsed
from tests.interpreters import planted


def cell(*, wall: float = 0.010, spread: float = 0.01) -> Cell:
    """Give a cell of the map in which the interpreter pool takes `wall` seconds."""
    scoring = planted.results(wall=wall, spread=spread)["workloads"]["cells"]["scoring"]
    return parsed({"slice_ms": 1, "payload": 1000, "candidates": scoring["candidates"]})


def test_map_calls_a_small_lead_undecided() -> None:
    """A lead whose interval reaches below the decisive ratio is no win."""
    won = breakeven.winner(cell(wall=0.0138, spread=0.08).candidates)
    assert (won.word, won.family) == ("undecided", "interpreter")
    won = breakeven.winner(cell().candidates)
    assert (won.word, won.family, won.rival) == ("interpreter", "interpreter", "forkserver/packed")


def test_map_calls_a_tie() -> None:
    """A lead that lies within the decisive ratio, whole interval and all, is a tie."""
    assert breakeven.winner(cell(wall=0.0147).candidates).word == "tie"


def test_map_wants_times_that_are_apart() -> None:
    """However clear the ratios of the rounds, times that overlap decide nothing."""
    values = [0.01 * 1.2**number for number in range(planted.ROUNDS)]
    rows = {
        "interpreter/packed": {"values": values},
        "fork/packed": {"values": [1.3 * one for one in values]},
    }
    won = breakeven.winner(rows)
    assert won.advantage.low > breakeven.DECISIVE
    assert won.word == "undecided"


def test_runs_that_disagree_are_named() -> None:
    """A cell that one run decides and another family wins in the other is reported."""
    fast, slow, near = ([cell(wall=wall)] for wall in (0.010, 0.030, 0.0155))
    assert breakeven.disagreements(fast, slow) == ["1 ms, 1 kB: interpreter, then process"]
    assert breakeven.disagreements(near, fast) == ["1 ms, 1 kB: process, then interpreter"]
    assert breakeven.disagreements(fast, fast) == []
    assert breakeven.disagreements(near, [cell(wall=0.0147)]) == []
