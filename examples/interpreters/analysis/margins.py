"""The margins of the gate, parsed once from `gate.toml`, and the rule that they make."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FILE = Path(__file__).parents[1] / "gate.toml"

# What the note compares with. The direct run is none of them: it is the baseline of the question
# whether to leave the event loop at all.
ALTERNATIVES = {"thread": "threads", "process": "process pools", "worker": "TaskIQ workers"}


@dataclass(frozen=True, slots=True)
class Margins:
    """What the policy wants.

    Attributes:
        lag: seconds for which a slice may block the event loop.
        speed_up: how many times as fast the interpreter pool has to be.
        decides: which form of each alternative it has to beat.
        today: the form that is in use, by family of the alternative.
        cpu: most CPU of a slice, as a multiple of the alternative's.
        memory: most memory of a worker, as a multiple of the alternative's.
        serialization: most time to serialize a slice, as a share of the slice.
        spread: most noise of the control.
        rounds: fewest rounds of a comparison.
        days: after which results say nothing any more.
        declared: what is declared about each workload.

    """

    lag: float
    speed_up: float
    decides: Literal["best", "today"]
    today: Mapping[str, str]
    cpu: float
    memory: float
    serialization: float
    spread: float
    rounds: int
    days: int
    declared: Mapping[str, Mapping[str, object]]

    def rules(self) -> tuple[str, str, str]:
        """Say what the gate wants; the policy and its record say the same."""
        form = "the best form" if self.decides == "best" else "today's form"
        faster = f"{self.speed_up:.2f} times as fast"
        alternatives = ", ".join(ALTERNATIVES.values())
        leaves = (
            "A slice leaves the event loop when it blocks the loop for more than"
            f" {self.lag * 1e3:g} ms, or when an executor runs the batch {faster}."
        )
        beats = (
            f"The interpreter pool is {faster} as {form} of each alternative ({alternatives}),"
            " on throughput or on the latency of a slice."
        )
        costs = (
            f"It takes at most {self.cpu:.2f} times the CPU of the fastest alternative, and"
            f" {self.memory:.2f} times the memory of today's process pool."
        )
        return leaves, beats, costs


def read(file: Path = FILE) -> Margins:
    """Read the margins.

    Raises:
        ValueError: when it is unknown which form decides.

    """
    text = tomllib.loads(file.read_text())
    decides = text["adopt"]["decides"]
    if decides not in {"best", "today"}:
        raise ValueError(f"decides = {decides!r} is neither best nor today")
    return Margins(
        lag=text["loop"]["lag_ms"] / 1e3,
        speed_up=text["adopt"]["speed_up"],
        decides=decides,
        today=text["today"],
        cpu=text["limits"]["cpu"],
        memory=text["limits"]["memory"],
        serialization=text["limits"]["serialization"],
        spread=text["noise"]["spread"],
        rounds=text["noise"]["rounds"],
        days=text["age"]["days"],
        declared=text["workload"],
    )
