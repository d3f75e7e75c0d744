"""Results of the harness made by hand, to hold the gate to each of its rules."""

import platform
from datetime import UTC, datetime
from typing import Any

ROUNDS = 9


def candidate(wall: float, spread: float = 0.01, cpu: float = 0.5) -> dict[str, Any]:
    """Give the row of an executor whose rounds lie around `wall` seconds.

    Args:
        wall: seconds of a round, and of a slice.
        spread: of the rounds, as a fraction.
        cpu: seconds of a round, over the whole process tree.

    """
    values = [wall * (1.0 + spread * (number / (ROUNDS - 1) - 0.5)) for number in range(ROUNDS)]
    busy = [cpu / 2] * ROUNDS
    return {
        "values": values,
        "p50": values,
        "p95": values,
        "lag": values,
        "user": busy,
        "system": busy,
    }


def results(form: str = "memoryview", *, wall: float = 0.010, spread: float = 0.01) -> Any:
    """Give results in which an interpreter pool wins by half, unless told otherwise.

    Args:
        form: of the interpreter pool's hand-over.
        wall: seconds of the interpreter pool; the best process pool takes 0.015.
        spread: of all rounds, as a fraction.

    """
    candidates = {
        "direct/memoryview": candidate(0.018, spread),
        "thread/memoryview": candidate(0.019, spread),
        "forkserver/objects": candidate(0.020, spread),
        "taskiq/objects": candidate(0.040, spread),
        "forkserver/packed": candidate(0.015, spread),
        f"interpreter/{form}": candidate(wall, -spread),
        "control": candidate(0.009, spread),
    }
    memory = {"interpreter": {"pss": 9e6}, "forkserver": {"pss": 18e6}}
    steps = {
        "objects, out: pickle.dumps": 4e-3,
        "objects, discarded: repr": 20e-3,
        "objects, in: pickle.loads": 4e-3,
        "packed, out: tobytes": 1e-5,
        "packed, in: memoryview.cast": 1e-7,
    }
    cell = {"slices": 8, "slice_ms": 2.0, "payload": 1_000_000, "equal": True}
    return {
        "schema": 2,
        "quick": False,
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "machine": {"cpython": platform.python_version(), "cpus": 2, "load_before": 0.1},
        "workloads": {
            "memory": memory,
            "cells": {"scoring": cell | {"candidates": candidates}},
        },
        "serialization": {
            "rows": [
                {"payload": 1_000_000, "what": what, "seconds": [seconds], "bytes": 0}
                for what, seconds in steps.items()
            ]
        },
    }
