"""The cost of each hand-over form by itself, without any worker: time and bytes, both ways.

This is a single-process micro-benchmark, which pyperf is made for: it calibrates,
runs several processes and drops warm-ups. The comparison of executors is not: it
needs runs that interleave, live pools, percentiles, and the CPU of a whole tree.
"""

import os
import pickle
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path

import pyperf  # type: ignore[import-untyped] # it pools no types

from examples.interpreters.harness.handover import PICKLE_PROTOCOL
from examples.interpreters.harness.progress import Progress
from examples.interpreters.workloads.kernel import prices

ROOT = Path(__file__).resolve().parents[3]


def cases(payload: int) -> dict[str, tuple[Callable[[], object], int]]:
    """Give what is timed for a payload of this many bytes, and the bytes that cross."""
    packed = prices(payload)
    objects, raw = packed.tolist(), packed.tobytes()
    pickled = pickle.dumps(objects, PICKLE_PROTOCOL)
    return {
        "objects, out: pickle.dumps": (
            lambda: pickle.dumps(objects, PICKLE_PROTOCOL),
            len(pickled),
        ),
        "objects, in: pickle.loads": (lambda: pickle.loads(pickled), len(pickled)),  # noqa: S301 # made two lines above
        "objects, discarded: repr": (lambda: repr(objects), 0),
        "objects, to packed: array": (lambda: array("d", objects), len(raw)),
        "packed, out: tobytes": (packed.tobytes, len(raw)),
        "packed, in: memoryview.cast": (lambda: memoryview(raw).cast("d"), len(raw)),
        "packed, to objects: tolist": (lambda: memoryview(raw).cast("d").tolist(), len(raw)),
    }


def measure_all(payloads: Sequence[int], *, quick: bool, progress: Progress) -> dict[str, object]:
    """Time every case under pyperf and give seconds and bytes for each payload."""
    rows = []
    for payload in payloads:
        progress(f"serialization {payload / 1000:g} kB")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "pyperf.json")
            effort = ["--processes", "1" if quick else "3", "--values", "3", "--warmups", "1"]
            command = [sys.executable, "-m", "examples.interpreters.harness.serialization", *effort]
            command += ["--min-time", "0.001" if quick else "0.02", "--quiet", "-o", str(file)]
            command += ["--inherit-environ", "PAYLOAD"]
            subprocess.run(
                command,
                cwd=ROOT,
                env={"PAYLOAD": str(payload)},
                stdout=subprocess.DEVNULL,
                check=True,
            )
            suite = pyperf.BenchmarkSuite.load(str(file))
            for benchmark in suite.get_benchmarks():
                what = benchmark.get_name()
                rows.append(
                    {
                        "payload": payload,
                        "what": what,
                        "seconds": list(benchmark.get_values()),
                        "bytes": cases(payload)[what][1],
                    }
                )
    return {"rows": rows}


def main() -> None:
    """Run under pyperf, which starts this module again for each of its processes."""
    runner = pyperf.Runner()
    payload = int(os.environ["PAYLOAD"])
    for name, (act, _) in cases(payload).items():
        runner.bench_func(name, act)


if __name__ == "__main__":
    main()
