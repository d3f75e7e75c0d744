"""What the harness measured, parsed once: nothing that judges or draws reads JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from examples.interpreters.analysis import intervals

SCHEMA = 2
PER_ROUND = ("values", "user", "system")
LATENCIES = ("p50", "p95", "lag")

FAMILIES = {
    "direct": "direct",
    "thread": "thread",
    "fork": "process",
    "forkserver": "process",
    "spawn": "process",
    "interpreter": "interpreter",
    "taskiq": "worker",
}


class ResultsError(Exception):
    """The results are incomplete, or not of this harness."""


@dataclass(frozen=True, slots=True)
class Timing:
    """One executor in one comparison: a value a round, all in seconds.

    Attributes:
        values: of all slices together.
        user: CPU in user mode, of the whole process tree.
        system: CPU in the kernel, of the whole process tree.
        p50: median latency of a slice; none for the control.
        p95: the latency that one slice in twenty exceeds; none for the control.
        lag: the longest time by which an event loop that waits for slices wakes too late;
            none for the control.

    """

    values: tuple[float, ...]
    user: tuple[float, ...]
    system: tuple[float, ...]
    p50: tuple[float, ...] = ()
    p95: tuple[float, ...] = ()
    lag: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All executors on one workload, in the same rounds.

    Attributes:
        slices: of a round.
        slice_seconds: of a slice in the direct run.
        payload: bytes of a slice.
        equal: whether all executors gave the same bits.
        timings: by ``kind/form``, and the control.
        refused: why a form cannot take the function, by ``kind/form``.
        declared: about the workload, when the results bring it with them.

    """

    slices: int
    slice_seconds: float
    payload: float
    equal: bool
    timings: Mapping[str, Timing]
    refused: Mapping[str, str] = field(default_factory=dict)
    declared: Mapping[str, object] = field(default_factory=dict)

    @property
    def rounds(self) -> int:
        """The fewest rounds of any executor."""
        return min(len(timing.values) for timing in self.timings.values())

    def measured(self, family: str) -> bool:
        """Tell whether an executor of a family was measured."""
        return any(FAMILIES.get(kind(name)) == family for name in self.timings)

    def refusals(self, family: str) -> str:
        """Say why no form of a family can take the function."""
        reasons = [why for name, why in self.refused.items() if FAMILIES[kind(name)] == family]
        return "; ".join(dict.fromkeys(reasons))

    def fastest(self, family: str, key: str = "values") -> str:
        """Give the executor of a family with the least median, as ``kind/form``.

        Raises:
            ResultsError: when none of the family was measured.

        """
        names = [name for name in self.timings if FAMILIES.get(kind(name)) == family]
        if not names:
            raise ResultsError(f"incomplete: no {family} was measured")
        return min(names, key=lambda name: intervals.interval(self.values(name, key)).median)

    def values(self, name: str, key: str) -> Sequence[float]:
        """Give the values of an executor, one a round."""
        values: Sequence[float] = getattr(self.timings[name], key)
        return values

    def cpu(self, name: str) -> float:
        """Give the CPU seconds, user and system, of one slice, over the whole process tree.

        The kernel counts in ticks of 10 ms, so all rounds count together.
        """
        timing = self.timings[name]
        return sum((*timing.user, *timing.system)) / (len(timing.values) * self.slices)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of serialization by itself.

    Attributes:
        what: is done.
        payload: bytes of the values.
        seconds: one value for each time that it was measured.

    """

    what: str
    payload: float
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One run of the harness, or several together.

    Attributes:
        date: of the oldest run, in ISO form.
        quick: whether a run only checked the harness.
        cpython: that was measured.
        cpus: of the machine.
        load: of the machine before the run, as processes that run or want to.
        comparisons: by workload.
        memory: bytes (PSS) that a worker adds, by kind of executor.
        serialization: of all payloads.

    """

    date: str
    quick: bool
    cpython: str
    cpus: int
    load: float
    comparisons: Mapping[str, Comparison]
    memory: Mapping[str, float]
    serialization: tuple[Step, ...]


def kind(name: str) -> str:
    """Give the kind of an executor named ``kind/form``."""
    return name.partition("/")[0]


def read(*files: Path) -> Results:
    """Read one or more runs of the harness.

    Raises:
        ResultsError: when a file is incomplete, or no result of this harness.
        OSError: when a file cannot be read.

    """
    runs = []
    for file in files:
        try:
            runs.append(parse(json.loads(file.read_text())))
        except ValueError as error:
            raise ResultsError(f"{file} is no JSON: {error}") from None
    return together(runs)


def parse(run: Mapping[str, Any]) -> Results:
    """Parse one run of the harness.

    Raises:
        ResultsError: when something that a judgement needs is missing.

    """
    if not isinstance(run, dict) or run.get("schema") != SCHEMA:
        found = run.get("schema") if isinstance(run, dict) else None
        raise ResultsError(f"schema {found!r} is not {SCHEMA}")
    try:
        measured = run["workloads"]
        return Results(
            date=run["date"],
            quick=run["quick"],
            cpython=run["machine"]["cpython"],
            cpus=run["machine"]["cpus"],
            load=run["machine"]["load_before"],
            comparisons={name: _comparison(name, cell) for name, cell in measured["cells"].items()},
            memory={name: float(row["pss"]) for name, row in measured["memory"].items()},
            serialization=tuple(
                Step(row["what"], float(row["payload"]), tuple(row["seconds"]))
                for row in run["serialization"]["rows"]
            ),
        )
    except KeyError as error:
        raise ResultsError(f"incomplete: no {error}") from None


def together(runs: Sequence[Results]) -> Results:
    """Let the rounds of several runs count together.

    Raises:
        ResultsError: when they measured other workloads, executors or interpreters.

    """
    first = runs[0]
    for run in runs[1:]:
        if run.cpython != first.cpython:
            raise ResultsError(f"one run is of CPython {first.cpython}, one of {run.cpython}")
        if _shape(run) != _shape(first):
            raise ResultsError("the runs measured different workloads or executors")
    return Results(
        date=min(run.date for run in runs),
        quick=any(run.quick for run in runs),
        cpython=first.cpython,
        cpus=first.cpus,
        load=max(run.load for run in runs),
        comparisons={
            name: _join([run.comparisons[name] for run in runs]) for name in first.comparisons
        },
        memory={
            name: intervals.interval([run.memory[name] for run in runs]).median
            for name in first.memory
        },
        serialization=tuple(
            Step(step.what, step.payload, sum((one.seconds for one in same), ()))
            for same in zip(*(run.serialization for run in runs), strict=True)
            for step in same[:1]
        ),
    )


def _shape(run: Results) -> object:
    return (
        {name: (one.slices, set(one.timings)) for name, one in run.comparisons.items()},
        set(run.memory),
        [(step.what, step.payload) for step in run.serialization],
    )


def _join(comparisons: Sequence[Comparison]) -> Comparison:
    first = comparisons[0]
    return Comparison(
        slices=first.slices,
        slice_seconds=intervals.interval([one.slice_seconds for one in comparisons]).median,
        payload=first.payload,
        equal=all(one.equal for one in comparisons),
        timings={
            name: Timing(
                *(
                    sum((getattr(one.timings[name], key) for one in comparisons), ())
                    for key in (*PER_ROUND, *LATENCIES)
                )
            )
            for name in first.timings
        },
        refused=first.refused,
        declared=first.declared,
    )


def _comparison(name: str, cell: Mapping[str, Any]) -> Comparison:
    return Comparison(
        slices=cell["slices"],
        slice_seconds=cell["slice_ms"] / 1e3,
        payload=cell["payload"],
        equal=cell["equal"],
        timings={
            executor: _timing(f"{name}, {executor}", row)
            for executor, row in cell["candidates"].items()
        },
        refused=cell.get("refused", {}),
        declared=cell.get("declared", {}),
    )


def _timing(where: str, row: Mapping[str, Any]) -> Timing:
    if missing := [key for key in PER_ROUND if not row.get(key)]:
        what = "CPU time" if "values" not in missing else "rounds"
        raise ResultsError(f"incomplete: no {what} of {where}: {', '.join(missing)}")
    values = {key: tuple(row.get(key, ())) for key in (*PER_ROUND, *LATENCIES)}
    if len({len(one) for one in values.values()} - {0}) > 1:
        raise ResultsError(f"incomplete: {where} has more rounds of one value than of another")
    return Timing(**values)
