"""Compare triage with ``python -m asyncio ps``: what can be read, and what it costs.

``python -m examples.bench_triage --output FILE`` measures and writes JSON;
``--show FILE`` prints the table of such a file.
"""

import argparse
import asyncio
import contextlib
import functools
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from redis.asyncio import Redis

from examples import lab

TRIAGE = str(lab.ROOT / "examples/triage.py")
TOOLS: dict[str, list[str]] = {
    "asyncio ps": ["-m", "asyncio", "ps"],
    "triage": [TRIAGE, "--json", "--samples", "1"],
    "triage --freeze": [TRIAGE, "--json", "--samples", "1", "--freeze"],
    "triage --in-process": [TRIAGE, "--json", "--samples", "1", "--in-process"],
}
LAG_SECONDS = 5.0

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
    command = [sys.executable, *TOOLS[tool], str(pid)]
    begin = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        output = child.stdout.read() if child.stdout else b""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begin
    if tool == "asyncio ps":
        listed = child.returncode == 0 and output.count(b"\n") > 2
    else:
        listed = any(entry["tasks"] for entry in json.loads(output)["processes"])
    return listed, seconds, usage.ru_maxrss / 1024


def measure(target: str, pid: int, runs: int) -> list[Row]:
    """Run every tool on one target."""
    rows = []
    for tool in TOOLS:
        results = [run_once(tool, pid) for _ in range(runs)]
        read = sum(listed for listed, _, _ in results)
        seconds = median(wall for _, wall, _ in results)
        peak = max(memory for _, _, memory in results)
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


def lag(child: subprocess.Popen[str], during: str, act: Callable[[], object] | None) -> Lag:
    """Ask the target how late its loop was while `act` was done again and again."""
    asked, answered = child.stdin, child.stdout
    if asked is None or answered is None:
        raise AssertionError("both ends are pipes")

    def ask() -> list[float]:
        print(file=asked, flush=True)
        values: list[float] = json.loads(answered.readline())
        return values

    time.sleep(0.2)
    ask()
    end = time.perf_counter() + LAG_SECONDS
    while time.perf_counter() < end:
        if act:
            act()
        else:
            time.sleep(0.1)
    p50, p99 = ask()
    return Lag(during, round(p50, 3), round(p99, 3))


@contextlib.asynccontextmanager
async def idle_worker() -> AsyncIterator[int]:
    """Run one TaskIQ worker without work and give the PID of its manager."""
    command = [sys.executable, "-m", "taskiq", "worker", "examples.bench_triage_worker:broker"]
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
    rows: list[Row] = []
    with waiting("spin", 50) as child:
        rows += measure("50 spinning task groups", child.pid, runs)
    rows += asyncio.run(measure_worker(runs))
    for count in (1_000, 10_000, 60_000, 100_000):
        with waiting("wait", count) as child:
            rows += measure(f"{count:,} tasks", child.pid, max(3, runs // 4))
    with waiting("wait", 1_000) as child:
        lags = [lag(child, "nothing", None)]
        lags += [lag(child, tool, functools.partial(run_once, tool, child.pid)) for tool in TOOLS]
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
        "rows": [asdict(row) for row in rows],
        "lag": [asdict(entry) for entry in lags],
    }


def show(result: dict[str, Any]) -> None:
    """Print the result as tables; the ratio compares the wall time with asyncio ps."""
    rows = [Row(**row) for row in result["rows"]]
    base = {row.target: row.seconds for row in rows if row.tool == "asyncio ps"}
    print(f"CPython {result['python']}, {result['machine']}")
    print(f"{'target':<24} {'tool':<20} {'read':>7} {'wall, s':>8} {'ratio':>6} {'peak, MB':>9}")
    for row in rows:
        ratio = row.seconds / base[row.target]
        print(
            f"{row.target:<24} {row.tool:<20} {f'{row.read}/{row.runs}':>7}"
            f" {row.seconds:>8.2f} {ratio:>6.1f} {row.megabytes:>9,.0f}"
        )
    print("A peak below that of the benchmark itself, about 38 MB, cannot be told.")
    print(f"\n{'lag of the target during':<45} {'p50, ms':>9} {'p99, ms':>9}")
    for entry in (Lag(**entry) for entry in result["lag"]):
        print(f"{entry.during:<45} {entry.p50:>9.2f} {entry.p99:>9.2f}")


def main() -> None:
    """Measure or show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--output", type=Path, help="where the JSON goes")
    parser.add_argument("--show", type=Path, help="print the tables of this file")
    options = parser.parse_args()
    if options.show:
        result = json.loads(options.show.read_text())
    else:
        result = benchmark(options.runs)
        if options.output:
            options.output.write_text(json.dumps(result, indent=1) + "\n")
    show(result)


if __name__ == "__main__":
    main()
