"""What the harness measures, one function a experiment of the results."""

from collections.abc import Callable
from dataclasses import dataclass

from examples.interpreters.analysis import intervals
from examples.interpreters.harness import serialization
from examples.interpreters.harness.comparison import Rounds, Row, compare, fixed, fresh, seconds
from examples.interpreters.harness.executors import KINDS
from examples.interpreters.harness.pools import Candidate, Pools, Remote, open_pools
from examples.interpreters.harness.progress import Progress
from examples.interpreters.workloads import CANDIDATES

type Experiment = dict[str, object]

SEED = 2026
BASELINE = [Candidate("direct", "memoryview"), Candidate("thread", "memoryview")]
LEAN = [
    Candidate("fork", "packed"),
    Candidate("fork", "shared_memory"),
    Candidate("forkserver", "packed"),
    Candidate("forkserver", "shared_memory"),
    Candidate("spawn", "packed"),
    Candidate("interpreter", "packed"),
    Candidate("interpreter", "memoryview"),
]
PLAIN = [Candidate("forkserver", "objects"), Candidate("interpreter", "objects")]
TODAY = [Candidate("taskiq", "objects")]
# For the map: a warm pool works the same whatever started its processes, and threads
# calculate no faster than the direct run. Both show in the other experiments.
LEADING = [
    Candidate("direct", "memoryview"),
    Candidate("forkserver", "packed"),
    Candidate("forkserver", "shared_memory"),
    Candidate("interpreter", "packed"),
    Candidate("interpreter", "memoryview"),
]
BY_HAND = [Candidate("forkserver", "pickled"), Candidate("interpreter", "pickled")]

MODULES = {
    "light": "examples.interpreters.harness.worker",
    "heavy": "examples.interpreters.harness.heavy",
    "never imported": "",
}

KERNEL_PAYLOAD = 1024  # bytes, where the payload is not the point


@dataclass(frozen=True)
class Scale:
    """How much is measured.

    Attributes:
        adaptive: rounds of the comparison that the gate judges.
        rounds: of every other comparison of executors.
        few: rounds of what differs by far more than noise.
        market: instruments and bars.
        slice_ms: slice lengths of the map, milliseconds.
        payloads: payloads of the map and of the hand-over, bytes.
        batch_seconds: about how long a direct run of one cell of the map takes.
        ceiling_slices: slices of 10 ms for each worker in a round of the ceiling.
            A worker that ends one slice early idles, which so costs under 2 %.
        requests: of the open loop.

    """

    adaptive: Rounds
    rounds: int
    few: int
    market: tuple[int, int]
    slice_ms: tuple[float, ...]
    payloads: tuple[int, ...]
    batch_seconds: float
    ceiling_slices: int
    requests: int


FULL = Scale(
    adaptive=Rounds(least=9, most=200, seconds=40.0, spread=0.03),
    rounds=9,
    few=6,
    market=(64, 2000),
    slice_ms=(0.1, 1, 10, 100),
    payloads=(1000, 10_000, 100_000, 1_000_000, 10_000_000),
    batch_seconds=0.12,
    ceiling_slices=80,
    requests=600,
)
QUICK = Scale(fixed(2), 2, 2, (4, 200), (0.1, 1), (1000, 100_000), 0.01, 4, 50)

PARTS = ("submit", "there", "slice", "back", "busy", "gap")
PROFILE_SLICES = 8
PROFILE_BUSY = 12  # slices for each worker
MAP_BYTES = 64_000_000  # the slices of one cell together


def workloads(scale: Scale, workers: int, progress: Progress) -> Experiment:
    """Compare all executors on the real workloads: batch time, latency of a slice, CPU."""
    results: Experiment = {}
    with open_pools([*BASELINE, *LEAN, *PLAIN, *TODAY], workers) as pools:
        costs = pools.open()
        instruments, bars = scale.market
        size = {"seed": SEED, "instruments": instruments, "bars": bars}
        for name in CANDIDATES:
            progress(f"workload {name}")
            first = pools.load(name, 0.0, **size)
            direct = [seconds(pools.hosts["direct"].ask("round", form="memoryview"))]
            slice_time = direct[0] / instruments
            pools.unload()
            loaded = pools.load(name, slice_time, **size)
            cell = compare(pools, scale.adaptive, progress, latency=True)
            for candidate, how in loaded.items():
                cell[candidate]["chunk"] = how["chunk"]
            digests = {how["digest"] for how in [*first.values(), *loaded.values()]}
            results[name] = {
                "slices": instruments,
                "slice_ms": 1e3 * intervals.interval(cell["direct/memoryview"]["values"]).median
                / instruments,
                "payload": loaded["direct/memoryview"]["payload"],
                "equal": len(digests) == 1,
                "candidates": cell,
            }  # fmt: skip
            pools.unload()
        memory = {str(kind): host.ask("memory") for kind, host in pools.hosts.items()}
    return {"call_cost": costs, "memory": memory, "cells": results}


def breakeven(scale: Scale, workers: int, progress: Progress) -> Experiment:
    """Find who wins for each length of slice and size of payload."""
    cells = []
    with open_pools(LEADING, workers) as pools:
        pools.open()
        step = _step_seconds(pools)
        for slice_ms in scale.slice_ms:
            for payload in scale.payloads:
                progress(f"map {slice_ms:g} ms, {payload / 1000:g} kB")
                slices = int(scale.batch_seconds / (slice_ms / 1e3))
                slices = max(2 * workers, min(slices, MAP_BYTES // payload))
                size = {"steps": int(slice_ms / 1e3 / step), "payload": payload, "slices": slices}
                loaded = pools.load("kernel", slice_ms / 1e3, **size)
                cell = compare(pools, fixed(scale.rounds), progress)
                for candidate, how in loaded.items():
                    cell[candidate]["chunk"] = how["chunk"]
                pools.unload()
                cells.append(
                    {"slice_ms": slice_ms, "payload": payload, "slices": slices}
                    | {"candidates": cell}
                )
    return {"cells": cells}


def ceiling(scale: Scale, workers: int, progress: Progress) -> Experiment:
    """Compare with the parallel ceiling on slices of 10 ms, for 1 to N workers."""
    cells = []
    for count in range(1, workers + 1):
        rounds = scale.rounds if count == workers else scale.few
        candidates = [*BASELINE, *LEAN]
        cells.append(ceiling_cell(scale.ceiling_slices, count, candidates, rounds, progress))
    return {"slice_ms": 10, "payload": KERNEL_PAYLOAD, "cells": cells}


def ceiling_cell(
    share: int, workers: int, candidates: list[Candidate], rounds: int, progress: Progress
) -> Experiment:
    """Compare candidates on slices of 10 ms with as many workers.

    Args:
        share: slices for each worker in a round.
        workers: of each pool.
        candidates: who is compared.
        rounds: how many.
        progress: shows how far it is.

    """
    progress(f"{workers} workers")
    slices = share * workers
    with open_pools(candidates, workers) as pools:
        pools.open()
        steps = int(0.01 / _step_seconds(pools))
        size = {"steps": steps, "payload": KERNEL_PAYLOAD, "slices": slices}
        loaded = pools.load("kernel", 0.01, **size)
        cell = compare(pools, fixed(rounds), progress)
    for candidate, how in loaded.items():
        cell[candidate]["chunk"] = how["chunk"]
    return {"workers": workers, "slices": slices, "candidates": cell}


def hand_over(scale: Scale, _: int, progress: Progress) -> Experiment:
    """Measure one trip of a payload with almost no work, and a trip there and back."""
    cells = []
    with open_pools([BASELINE[1], *LEAN, *PLAIN, *BY_HAND], 1) as pools:
        pools.open()
        for payload in scale.payloads:
            progress(f"hand-over {payload / 1000:g} kB")
            pools.load("kernel", 0.0, steps=10, payload=payload, slices=1)
            count = max(3, min(20, 10_000_000 // payload))
            results: dict[str, Row] = {str(one): fresh("hand_overs") for one in pools.candidates}
            echoing = [one for one in pools.candidates if one.form != "shared_memory"]
            for one in echoing:
                results[str(one)]["round_trips"] = []
            for _round in range(scale.few):
                for candidate in pools.shuffled():
                    if candidate is None:
                        continue
                    host = pools.hosts[candidate.kind]
                    hand_overs = host.ask("hand_overs", form=candidate.form, count=count)
                    results[str(candidate)]["hand_overs"].append(
                        intervals.interval(hand_overs).median
                    )
                    if candidate in echoing:
                        round_trips = host.ask("round_trips", form=candidate.form, count=count)
                        results[str(candidate)]["round_trips"].append(
                            intervals.interval(round_trips).median
                        )
            pools.unload()
            cells.append({"payload": payload, "candidates": results})
    return {"cells": cells}


def profile(scale: Scale, workers: int, progress: Progress) -> Experiment:
    """Find where the round trip of a slice of 10 ms spends its time, for two payloads."""
    cells = []
    counts = {"hand_overs": PROFILE_SLICES, "busy": PROFILE_BUSY * workers}
    with open_pools([BASELINE[1], *LEADING], workers) as pools:
        pools.open()
        steps = int(0.01 / _step_seconds(pools))
        names = ["control", *(str(one) for one in pools.candidates)]
        for payload in (KERNEL_PAYLOAD, 1_000_000):
            progress(f"profile {payload / 1000:g} kB")
            pools.load("kernel", 0.0, steps=steps, payload=payload, slices=workers)
            rows: dict[str, Row] = {name: fresh(*PARTS) for name in names}
            for _ in range(scale.few):
                for one in pools.shuffled():
                    if one is None:
                        answers = pools.control("profile", form="memoryview", **counts)
                    else:
                        answers = [pools.hosts[one.kind].ask("profile", form=one.form, **counts)]
                    for part in PARTS:
                        row = rows[str(one or "control")]
                        row[part].append(max(answer[part] for answer in answers))
            pools.unload()
            cells.append({"payload": payload, "candidates": rows})
    return {"slice_ms": 10, "cells": cells}


def start_up(scale: Scale, workers: int, progress: Progress) -> Experiment:
    """Measure start-up by itself: from no pool to an answer of every worker."""
    rows = []
    cases = [(kind, module, False) for kind in KINDS[1:] for module in ("light", "heavy")]
    cases += [("forkserver", "heavy", True), ("interpreter", "never imported", False)]
    for kind, module, preload in cases:
        progress(f"start-up {kind}, {module}{', preloaded' if preload else ''}")
        taken: dict[str, list[float]] = {"first": [], "again": []}
        for _ in range(scale.few):
            name = MODULES[module]
            with Remote(kind) as host:
                answer = host.ask(
                    "start", workers=workers, module=name, preload=[name] if preload else []
                )
            taken["first"].append(answer["first"])
            taken["again"].append(answer["again"])
        rows.append({"kind": kind, "module": module, "preload": preload} | taken)
    return {"workers": workers, "rows": rows}


def open_loop(scale: Scale, workers: int, progress: Progress) -> Experiment:
    """Measure latency under load: most requests are short, one in forty is not."""
    kinds = [Candidate(kind, "packed") for kind in ("direct", "thread", "forkserver")]
    rate, rows = 60.0 * workers, {}
    with open_pools([*kinds, Candidate("interpreter", "packed")], workers) as pools:
        pools.open()
        step = _step_seconds(pools, "packed")
        lengths = [80.0 if number % 40 == 39 else 2.0 for number in range(scale.requests)]
        for one in pools.candidates:
            progress(f"open loop {one.kind}")
            answer = pools.hosts[one.kind].ask(
                "arrivals", rate=rate, steps=[int(ms / 1e3 / step) for ms in lengths]
            )
            rows[one.kind] = {
                loop: {f"p{p:g}": intervals.percentile(answer[loop], p) for p in (50, 95, 99)}
                for loop in ("open", "closed")
            }
    return {"rate": rate, "requests": scale.requests, "short_ms": 2, "long_ms": 80,
            "long_every": 40, "rows": rows}  # fmt: skip


def serialize(scale: Scale, _: int, progress: Progress) -> Experiment:
    """Measure serialization by itself."""
    return serialization.measure_all(scale.payloads, quick=scale is QUICK, progress=progress)


EXPERIMENTS: dict[str, Callable[[Scale, int, Progress], Experiment]] = {
    "workloads": workloads,
    "breakeven": breakeven,
    "ceiling": ceiling,
    "profile": profile,
    "hand_over": hand_over,
    "serialization": serialize,
    "start_up": start_up,
    "open_loop": open_loop,
}


def _step_seconds(pools: Pools, form: str = "memoryview") -> float:
    steps, host = 100_000, pools.hosts["direct"]
    host.ask("load", workload="kernel", form=form, slice_time=0.0, share=[0, 1],
             steps=steps, payload=KERNEL_PAYLOAD, slices=1)  # fmt: skip
    values = [seconds(host.ask("round", form=form)) for _ in range(5)]
    host.ask("unload")
    return min(values) / steps
