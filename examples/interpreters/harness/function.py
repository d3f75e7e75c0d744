"""Measure a function of somebody else in every executor and form that can take it."""

import contextlib
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from examples.interpreters.analysis import intervals
from examples.interpreters.analysis.results import kind
from examples.interpreters.harness.comparison import Rounds, compare, seconds
from examples.interpreters.harness.executors import Measured
from examples.interpreters.harness.handover import Form
from examples.interpreters.harness.pools import Candidate, Pools, RefusedError, Remote, open_pools
from examples.interpreters.harness.progress import Progress
from examples.interpreters.harness.worker import resolve

BASELINE = "direct/objects"
PROCESS: tuple[Form, ...] = ("objects", "packed", "shared_memory")
FORMS: dict[Measured, tuple[Form, ...]] = {
    "direct": ("objects",),
    "thread": ("objects",),
    "fork": PROCESS,
    "forkserver": PROCESS,
    "spawn": PROCESS,
    "interpreter": ("objects", "pickled", "packed", "memoryview"),
    "taskiq": ("objects", "text"),
}
# A warm pool works the same whatever started its processes.
QUICK_KINDS: tuple[Measured, ...] = ("direct", "thread", "forkserver", "interpreter", "taskiq")
# They run in the module of the caller.
SHARING: tuple[Measured, ...] = ("direct", "thread")
SERIALIZATIONS = 9  # how often each step is timed
QUICK_SECONDS = 50.0  # of a whole quick run; it ends within ten more


class TargetError(Exception):
    """The function or its slices cannot be used at all."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured.

    Attributes:
        kinds: of executors.
        rounds: of the comparison.
        batch_seconds: about how long the direct run of a round takes at most.

    """

    kinds: tuple[Measured, ...]
    rounds: Rounds
    batch_seconds: float


FULL = Effort(tuple(FORMS), Rounds(9, 200, 40.0, 0.03), 0.5)
QUICK = Effort(QUICK_KINDS, Rounds(7, 40, 8.0, 0.05, hard=True), 0.1)


@dataclass(frozen=True, slots=True)
class Target:
    """What is measured.

    Attributes:
        function: takes one slice; named ``package.module:function``.
        slices: a function without arguments that gives the slices, named alike.
        shared: why it needs the module of the caller, and no copy of it.
        declared: what the gate has to know and nothing measures.

    """

    function: str
    slices: str
    shared: tuple[str, ...] = ()
    declared: Mapping[str, object] = field(default_factory=dict)


def find(name: str) -> Callable[..., Any]:
    """Import a function by its name.

    Raises:
        TargetError: when it cannot be imported, by this process or by a worker.

    """
    module, colon, attribute = name.partition(":")
    if not (module and colon and attribute):
        raise TargetError(f"{name}: write it as package.module:function")
    if module == "__main__":
        raise TargetError(f"{name}: a worker cannot import __main__; put it into a module")
    try:
        found = resolve(name)
    except (ImportError, AttributeError) as error:
        raise TargetError(f"{name} cannot be imported: {error}") from None
    if not callable(found):
        raise TargetError(f"{name} is a {type(found).__name__}, and no function")
    function: Callable[..., Any] = found
    return function


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Bound what runs inside, by an alarm of this process.

    Raises:
        TargetError: when the time is over.

    """

    def over(*_: object) -> None:
        raise TargetError(
            f"not measured within {seconds:g} s: give shorter or fewer slices, or more time"
        )

    signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def measure(target: Target, effort: Effort, workers: int, progress: Progress) -> dict[str, object]:
    """Measure a function and give experiments of the results.

    Args:
        target: the function.
        effort: how much is measured.
        workers: of each pool.
        progress: shows how far it is.

    Raises:
        TargetError: when it cannot be run directly.

    """
    function = target.function
    most, slice_seconds = _trimmed(target, effort, workers)
    candidates = [Candidate(one, form) for one in effort.kinds for form in FORMS[one]]
    with open_pools(candidates, workers, foreign=True) as pools:
        if target.shared:
            copies = {one for one in candidates if one.kind not in SHARING}
            pools.refuse(copies, RefusedError("; ".join(target.shared)))
        progress(f"{function}: open {len(pools.hosts)} executors")
        costs = pools.open(function.partition(":")[0])
        progress(f"{function}: run it once everywhere")
        loaded = pools.load(function, slice_seconds, make=target.slices, most=most)
        _check_results(pools, loaded)
        progress(f"{function}: compare {len(pools.candidates)} forms")
        timings = compare(pools, effort.rounds, progress, latency=True)
        for name in set(timings) - {"control"}:
            timings[name]["chunk"] = loaded[name]["chunk"]
        payload = loaded[BASELINE]["payload"]
        cell = {
            "slices": loaded[BASELINE]["slices"],
            "slice_ms": 1e3
            * intervals.interval(timings[BASELINE]["values"]).median
            / loaded[BASELINE]["slices"],
            "payload": payload,
            "equal": True,
            "declared": dict(target.declared),
            "refused": pools.refused,
            "candidates": timings,
        }
        kinds = {kind(name) for name in timings} - {"control"}
        memory = {str(one): pools.hosts[one].ask("memory") for one in pools.hosts if one in kinds}
        steps = _serialization(pools, payload)
    return {
        "workloads": {"call_cost": costs, "memory": memory, "cells": {function: cell}},
        "serialization": {"rows": steps},
    }


def _trimmed(target: Target, effort: Effort, workers: int) -> tuple[int, float]:
    """Run it directly; give how many slices a round takes, and the seconds of one."""
    function, slices = target.function, target.slices
    what = {"workload": function, "slice_time": 0.0, "share": [0, 1], "make": slices}
    few = 2 * workers
    with Remote("direct") as host:
        try:
            some = host.ask("load", form="objects", most=few, **what)
            each = seconds(host.ask("round", form="objects")) / some["slices"]
            most = max(few, round(effort.batch_seconds / each))
            first, again = (host.ask("load", form="objects", most=most, **what) for _ in range(2))
        except RefusedError as error:
            raise TargetError(
                f"{function} does not run on the slices of {slices}: {error}"
            ) from None
    if first["digest"] != again["digest"]:
        raise TargetError(
            f"{function} gives other results for the slices of {slices} when it is run again,"
            " so no executor can be compared with it"
        )
    return first["slices"], each


def _check_results(pools: Pools, loaded: dict[str, dict[str, Any]]) -> None:
    """Leave out what gives other results than the direct run."""
    direct = loaded[BASELINE]["digest"]
    for one in list(pools.candidates):
        if loaded[str(one)]["digest"] != direct:
            pools.refuse({one}, RefusedError("it gives other results than the direct run"))


def _serialization(pools: Pools, payload: int) -> list[dict[str, object]]:
    try:
        steps = pools.hosts["direct"].ask("serialize", repeats=SERIALIZATIONS)
    except RefusedError:
        # What cannot be pickled crosses nowhere, and the forms that need it are refused.
        return []
    return [
        {"what": what, "payload": payload, "seconds": values, "bytes": payload}
        for what, values in steps.items()
    ]
