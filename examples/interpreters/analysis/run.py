"""Everything that one run of the harness measured, parsed once for the tables and charts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from examples.interpreters.analysis.results import ResultsError

# Values of one executor by what was measured, one a round.
type Series = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Machine:
    """What results depend on.

    Attributes:
        cpython: release.
        compiler: that built it.
        gil: whether it is on.
        platform: operating system.
        processor: its name.
        cpus: of the machine.
        workers: of each pool.
        load_before: processes that ran or wanted to, before the run.
        real_time: whether the run had real-time priority.

    """

    cpython: str
    compiler: str
    gil: bool
    platform: str
    processor: str
    cpus: int
    workers: int
    load_before: float
    real_time: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One comparison of executors; what an experiment does not vary is 0.

    Attributes:
        candidates: by ``kind/form``, and the control.
        chunks: slices in a call, by ``kind/form``.
        slices: of a round.
        workers: of each pool.
        slice_ms: milliseconds of a slice.
        payload: bytes of a slice.

    """

    candidates: Mapping[str, Series]
    chunks: Mapping[str, int]
    slices: int = 0
    workers: int = 0
    slice_ms: float = 0.0
    payload: float = 0.0


@dataclass(frozen=True, slots=True)
class Start:
    """Start-up of one kind of executor: seconds until all workers answered.

    Attributes:
        kind: of the executor.
        module: that each worker imports.
        preload: whether the fork server imported it first.
        first: of the first pool of a process, one value a round.
        again: of the second.

    """

    kind: str
    module: str
    preload: bool
    first: Sequence[float]
    again: Sequence[float]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of serialization: ``what``, at a payload in bytes, with its seconds and its bytes."""

    what: str
    payload: float
    seconds: Sequence[float]
    bytes: float


@dataclass(frozen=True, slots=True)
class OpenLoop:
    """Requests at a fixed rate.

    Attributes:
        rate: requests a second.
        requests: in all.
        short_ms: milliseconds that most of them compute.
        long_ms: the same of the long ones.
        long_every: one of so many is long.
        rows: by kind of executor and loop: percentiles by name, seconds.

    """

    rate: float
    requests: int
    short_ms: float
    long_ms: float
    long_every: int
    rows: Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True, slots=True)
class Run:
    """One whole run.

    Attributes:
        date: when it ended, in ISO form.
        seconds: that it took.
        machine: that it ran on.
        workloads: by name.
        call_cost: seconds of an empty call, by kind of executor.
        memory: bytes that a worker adds, by kind and measure.
        breakeven: cells of the map.
        ceiling: a cell for each number of workers.
        profile: a cell for each payload.
        hand_over: a cell for each payload.
        serialization: its steps.
        start_workers: of the pools that start.
        start_up: of each kind.
        open_loop: latency under load.

    """

    date: str
    seconds: int
    machine: Machine
    workloads: Mapping[str, Cell]
    call_cost: Mapping[str, float]
    memory: Mapping[str, Mapping[str, float]]
    breakeven: Sequence[Cell]
    ceiling: Sequence[Cell]
    profile: Sequence[Cell]
    hand_over: Sequence[Cell]
    serialization: Sequence[Step]
    start_workers: int
    start_up: Sequence[Start]
    open_loop: OpenLoop


def read(file: Path) -> Run:
    """Read a run.

    Raises:
        ResultsError: when it is no whole run of this harness.
        OSError: when the file cannot be read.

    """
    try:
        return parse(json.loads(file.read_text()))
    except ValueError as error:
        raise ResultsError(f"{file} is no JSON: {error}") from None


def parse(run: Mapping[str, Any]) -> Run:
    """Parse a run.

    Raises:
        ResultsError: when something is missing.

    """
    try:
        workloads = run["workloads"]
        return Run(
            date=run["date"],
            seconds=run["seconds"],
            machine=Machine(**run["machine"]),
            workloads={name: cell(one) for name, one in workloads["cells"].items()},
            call_cost=workloads["call_cost"],
            memory=workloads["memory"],
            breakeven=cells(run["breakeven"]),
            ceiling=cells(run["ceiling"]),
            profile=cells(run["profile"]),
            hand_over=cells(run["hand_over"]),
            serialization=[Step(**row) for row in run["serialization"]["rows"]],
            start_workers=run["start_up"]["workers"],
            start_up=[Start(**row) for row in run["start_up"]["rows"]],
            open_loop=OpenLoop(**run["open_loop"]),
        )
    except (KeyError, TypeError) as error:
        raise ResultsError(f"incomplete: {error}") from None


def cells(experiment: Mapping[str, Any]) -> list[Cell]:
    """Parse the cells of an experiment."""
    return [cell(one) for one in experiment["cells"]]


def cell(found: Mapping[str, Any]) -> Cell:
    """Parse one comparison."""
    rows = found["candidates"]
    return Cell(
        candidates={
            name: {key: values for key, values in row.items() if key != "chunk"}
            for name, row in rows.items()
        },
        chunks={name: row["chunk"] for name, row in rows.items() if "chunk" in row},
        slices=found.get("slices", 0),
        workers=found.get("workers", 0),
        slice_ms=found.get("slice_ms", 0.0),
        payload=found.get("payload", 0.0),
    )
