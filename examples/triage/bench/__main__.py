"""Compare triage with ``python -m asyncio ps``: what can be read, and what it costs.

``python -m examples.triage.bench --output FILE`` measures and writes JSON;
``--show FILE`` prints the table of such a file.
"""

import asyncio
import contextlib
import functools
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from redis.asyncio import Redis

from examples import lab
from examples.triage.bench import reader, results
from examples.triage.bench.launch import launch

TRIAGE = str(lab.ROOT / "build/triage.py")
REFERENCE = "asyncio ps"
TOOLS: dict[str, list[str]] = {
    REFERENCE: ["-m", "asyncio", "ps"],
    "triage": [TRIAGE, "--json", "--samples", "1"],
    "triage --freeze": [TRIAGE, "--json", "--samples", "1", "--freeze"],
    "triage --in-process": [TRIAGE, "--json", "--samples", "1", "--in-process"],
}
LAG_ROUNDS = 5
LAG_SECONDS = 3.0

# The target waits in many tasks, or spins in task groups, and measures by how
# much its own loop wakes it too late.
TARGET = """
import asyncio, json, sys, time

lags = []

async def wait():
    await asyncio.sleep(3600)

async def spin():
    while True:
        async with asyncio.TaskGroup() as group:
            for _ in range(20):
                group.create_task(asyncio.sleep(0))

async def probe():
    while True:
        due = time.perf_counter() + 0.001
        await asyncio.sleep(0.001)
        lags.append(time.perf_counter() - due)

def answer():
    sys.stdin.readline()
    values = sorted(lags)
    lags.clear()
    shares = [values[int(len(values) * share)] * 1000 for share in (0.5, 0.99)]
    print(json.dumps(shares), flush=True)

async def main():
    kind, count = sys.argv[1], int(sys.argv[2])
    tasks = [asyncio.create_task({"wait": wait, "spin": spin}[kind]()) for _ in range(count)]
    asyncio.get_running_loop().add_reader(sys.stdin, answer)
    tasks.append(asyncio.create_task(probe()))
    print("ready", flush=True)
    await asyncio.sleep(3600)

asyncio.run(main())
"""


@dataclass(frozen=True)
class Row:
    """One tool on one target.

    Attributes:
        target: what was read.
        tool: what read it.
        runs: how often.
        read: runs that listed tasks.
        seconds: median wall time of a run.
        megabytes: largest resident set of a run.

    """

    target: str
    tool: str
    runs: int
    read: int
    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Lag:
    """How late the loop of the target woke up, in milliseconds."""

    during: str
    p50: float
    p99: float


def run_once(tool: str, pid: int) -> tuple[bool, float, float]:
    """Run a tool on a process.

    Returns:
        Whether it listed tasks, wall time in seconds, peak resident set in MB.

    """
    run = launch(*TOOLS[tool], str(pid))
    if tool == REFERENCE:
        listed = run.status == 0 and run.output.count(b"\n") > 2
    else:
        listed = any(entry["tasks"] for entry in json.loads(run.output)["processes"])
    return listed, run.seconds, run.megabytes


def measure(target: str, pid: int, runs: int) -> list[Row]:
    """Run every tool on one target."""
    rows = []
    for tool in TOOLS:
        each = [run_once(tool, pid) for _ in range(runs)]
        read = sum(listed for listed, _, _ in each)
        seconds = median(wall for _, wall, _ in each)
        peak = max(memory for _, _, memory in each)
        rows.append(Row(target, tool, runs, read, round(seconds, 3), round(peak, 1)))
        print(rows[-1], file=sys.stderr)
    return rows


@contextlib.contextmanager
def waiting(kind: str, count: int) -> Iterator[subprocess.Popen[str]]:
    """Run the target."""
    with subprocess.Popen(
        [sys.executable, "-c", TARGET, kind, str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            if child.stdout is None or child.stdout.readline() != "ready\n":
                raise RuntimeError("the target did not start")
            yield child
        finally:
            child.kill()


def lag(child: subprocess.Popen[str], act: Callable[[], object]) -> tuple[float, float]:
    """Ask the target how late its loop was while `act` was done again and again.

    Returns:
        The median and the 99th percentile, in milliseconds.

    """
    requests, replies = child.stdin, child.stdout
    if requests is None or replies is None:
        raise AssertionError("both ends are pipes")

    def ask() -> list[float]:
        print(file=requests, flush=True)
        values: list[float] = json.loads(replies.readline())
        return values

    time.sleep(0.2)
    ask()
    end = time.perf_counter() + LAG_SECONDS
    while time.perf_counter() < end:
        act()
    p50, p99 = ask()
    return p50, p99


def measure_lag() -> list[Lag]:
    """Measure the lag with no tool and with each of them in turn, several times."""
    found: dict[str, list[tuple[float, float]]] = {"nothing": [], **{tool: [] for tool in TOOLS}}
    with waiting("wait", 1_000) as child:
        for _ in range(LAG_ROUNDS):
            for during, values in found.items():
                inspect = functools.partial(run_once, during, child.pid)
                nothing = functools.partial(time.sleep, 0.1)
                values.append(lag(child, inspect if during in TOOLS else nothing))
    return [
        Lag(during, *(round(median(column), 3) for column in zip(*values, strict=True)))
        for during, values in found.items()
    ]


@contextlib.asynccontextmanager
async def idle_worker() -> AsyncIterator[int]:
    """Run one TaskIQ worker without work and give the PID of its manager."""
    command = [sys.executable, "-m", "taskiq", "worker", "examples.triage.bench.worker:broker"]
    command += ["--workers", "1", "--log-level", "WARNING"]
    async with (
        lab.redis() as url,
        lab.process(*command, env={"REDIS_URL": url}) as pid,
        Redis.from_url(url) as client,
    ):

        async def waits() -> bool:
            return any(entry["cmd"] == "xreadgroup" for entry in await client.client_list())

        await lab.until(waits, seconds=60)
        yield pid


async def measure_worker(runs: int) -> list[Row]:
    """Run every tool on the worker process below the manager."""
    async with idle_worker() as manager:
        command = [sys.executable, *TOOLS["triage"], str(manager)]
        listing = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        output, _ = await listing.communicate()
        pid = next(
            entry["pid"]
            for entry in json.loads(output)["processes"]
            if entry["role"] == "TaskIQ worker"
        )
        return await asyncio.to_thread(measure, "idle TaskIQ worker", pid, runs)


def benchmark(runs: int) -> dict[str, Any]:
    """Measure everything."""
    load, _, _ = os.getloadavg()
    rows: list[Row] = []
    with waiting("spin", 50) as child:
        rows += measure("50 spinning task groups", child.pid, runs)
    rows += asyncio.run(measure_worker(runs))
    for count in (10, 1_000, 10_000, 60_000, 100_000):
        with waiting("wait", count) as child:
            rows += measure(f"{count:,} tasks", child.pid, max(3, runs // 4))
    return {
        **results.machine(),
        "load": round(load, 1),
        "rows": [asdict(row) for row in rows],
        "reader": [asdict(reading) for reading in reader.measure(max(3, runs // 4))],
        "lag": [asdict(entry) for entry in measure_lag()],
    }


def show(result: dict[str, Any]) -> None:
    """Print the result as tables; each ratio compares a number with that of asyncio ps."""
    rows = [Row(**row) for row in result["rows"]]
    base = {row.target: row for row in rows if row.tool == REFERENCE}
    print(f"CPython {result['python']}, {result['machine']}, load average {result['load']}")
    print(
        f"{'target':<24} {'tool':<20} {'read':>6} {'wall, s':>8} {'ratio':>6}"
        f" {'peak, MB':>9} {'ratio':>6}"
    )
    for row in rows:
        other = base[row.target]
        print(
            f"{row.target:<24} {row.tool:<20} {f'{row.read}/{row.runs}':>6}"
            f" {row.seconds:>8.2f} {row.seconds / other.seconds:>6.2f}"
            f" {row.megabytes:>9,.0f} {row.megabytes / other.megabytes:>6.2f}"
        )
    print()
    reader.show([reader.Reading(**each) for each in result["reader"]])
    lags = {entry["during"]: Lag(**entry) for entry in result["lag"]}
    titles = ("p50, ms", "ratio", "p99, ms", "ratio")
    print("\n{:<45} {:>8} {:>6} {:>9} {:>6}".format("lag of the target during", *titles))
    for entry in lags.values():
        p50, p99 = entry.p50 / lags[REFERENCE].p50, entry.p99 / lags[REFERENCE].p99
        print(f"{entry.during:<45} {entry.p50:>8.2f} {p50:>6.2f} {entry.p99:>9.2f} {p99:>6.2f}")


def main() -> None:
    """Measure or show."""
    options = results.parser(__doc__, runs=20).parse_args()
    results.print_results(options, lambda: benchmark(options.runs), show)


if __name__ == "__main__":
    main()
