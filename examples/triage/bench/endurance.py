"""Run triage a thousand times on processes that are hard to read, and count how it ends.

``python -m examples.triage.bench.endurance --python PYTHON --output FILE`` runs and writes JSON;
``--show FILE`` prints the table of such a file. PYTHON has the packages of the programs.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from examples import lab
from examples.triage.bench import results
from examples.triage.bench.launch import Launched, launch

CLIENTS = 4
HANG_SECONDS = 120.0
SAMPLING = ("--json", "--for", "0.15", "--interval", "0.05")
TRIAGE = (str(lab.ROOT / "build/triage.py"),)

# The modules of triage where they do not know the layout of the process: CPython's reader is left.
FALLBACK = (
    "-c",
    """
import sys

from examples.triage import cli
from examples.triage.read import subject
from examples.triage.read.errors import OtherPythonError

def unknown(*arguments):
    raise OtherPythonError("as if its layout were not known")

subject.Reader = unknown
sys.exit(cli.main(sys.argv[1:]))
""",
)

# Deep calls below functions of C take new chunks of the frame stack and free them again: a reader
# from outside meets memory that is freed, or that holds something else by now.
PROVOKING = """
import asyncio, copy, itertools

nested = {}
for _ in range(80):
    nested = {"inner": [nested, "leaf"]}

def descend(depth):
    return max(map(descend, [depth - 1])) if depth else 0

async def below(awaits, depth):
    if awaits:
        return await below(awaits - 1, depth)
    copy.deepcopy(nested)
    descend(depth)
    await asyncio.sleep(0)

async def work(depths):
    for depth in depths:
        await below(depth % 7, depth)

async def main():
    async with asyncio.TaskGroup() as group:
        for step in (3, 7, 11):
            group.create_task(work(itertools.cycle(range(0, 300, step))))

asyncio.run(main())
"""
PLOT = """
from bokeh.plotting import curdoc, figure

plot = figure()
plot.line(list(range(1000)), list(range(1000)))
curdoc().add_root(plot)
"""


@dataclass(frozen=True)
class Program:
    """A server from PyPI.

    Attributes:
        package: its name.
        command: arguments of the interpreter, without the port.
        path: what its clients ask for.

    """

    package: str
    command: tuple[str, ...]
    path: str

    def inside(self, folder: str, python: str) -> tuple[str, ...]:
        """Give the command that runs it in a folder, with an interpreter named from this one."""
        quiet = ("sh", "-c", 'cd "$0" && exec "$@" >/dev/null', folder)
        return (*quiet, str(Path(python).absolute()), *self.command)


PROGRAMS = (
    Program("bokeh", ("-m", "bokeh", "serve", "plot.py", "--log-level", "error"), "/plot"),
    Program("datasette", ("-m", "datasette", "serve", "--memory"), "/-/versions.json"),
)
CODE = {"deep calls below C": TRIAGE, "the same, fallback": FALLBACK}


@dataclass(frozen=True)
class Row:
    """The runs on one target.

    Attributes:
        target: what triage was run on.
        runs: how often.
        hangs: runs that had to be killed after two minutes.
        signals: runs that a signal ended.
        statuses: each exit status, with how many runs had it.
        outcomes: what triage said of the process, with how many runs said it.
        megabytes: largest resident set of a run.
        seconds: median wall time of a run.
        longest: wall time of the longest run, in seconds.
        answers: requests that the target answered meanwhile.
        load: load average before the first run.

    """

    target: str
    runs: int
    hangs: int
    signals: int
    statuses: dict[str, int]
    outcomes: dict[str, int]
    megabytes: float
    seconds: float
    longest: float
    answers: int
    load: float


def counted(values: Iterable[object]) -> dict[str, int]:
    """Count values, the most frequent first."""
    return {str(value): count for value, count in Counter(values).most_common()}


def outcome(run: Launched) -> str:
    """Give what triage said of the one process."""
    with contextlib.suppress(ValueError):
        (entry,) = json.loads(run.output)["processes"]
        return str(entry["status"])
    return "nothing"


def row_of(target: str, runs: list[Launched], answers: int, load: float) -> Row:
    """Sum up the runs on one target."""
    ended = [run.status for run in runs if run.status is not None]
    return Row(
        target,
        len(runs),
        hangs=len(runs) - len(ended),
        signals=sum(status < 0 for status in ended),
        statuses=counted(status for status in ended if status >= 0),
        outcomes=counted(map(outcome, runs)),
        megabytes=round(max(run.megabytes for run in runs), 1),
        seconds=round(median(run.seconds for run in runs), 2),
        longest=round(max(run.seconds for run in runs), 2),
        answers=answers,
        load=round(load, 1),
    )


async def ask(port: int, path: str) -> None:
    """Send one request, and read the answer to its end.

    Raises:
        OSError: when the server is not there.
        RuntimeError: when it does not say 200.

    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.closing(writer):
        writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        answer = await reader.read()
    if b" 200 " not in answer.partition(b"\r\n")[0]:
        raise RuntimeError(f"no answer for {path}: {answer[:100]!r}")


async def client(port: int, path: str, answers: Counter[str]) -> None:
    """Send one request after another, and count the answers."""
    while True:
        await ask(port, path)
        answers[path] += 1


@contextlib.asynccontextmanager
async def busy(program: Program, python: str) -> AsyncIterator[tuple[int, Counter[str]]]:
    """Run a server under the load of some clients, and give its PID and the count of answers."""
    port = lab.free_port()
    answers: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "plot.py").write_text(PLOT)
        async with lab.process(*program.inside(folder, python), "--port", str(port)) as pid:

            async def answering() -> bool:
                with contextlib.suppress(OSError):
                    await ask(port, program.path)
                    return True
                return False

            await lab.until(answering, seconds=60)
            async with asyncio.TaskGroup() as group:
                clients = [
                    group.create_task(client(port, program.path, answers)) for _ in range(CLIENTS)
                ]
                yield pid, answers
                for task in clients:
                    task.cancel()


async def run_on(
    target: str,
    pid: int,
    count: int,
    tool: tuple[str, ...] = TRIAGE,
    answers: Counter[str] | None = None,
) -> Row:
    """Run triage on a process again and again, and check that it is still there."""
    load, _, _ = os.getloadavg()
    runs = []
    for number in range(count):
        arguments = (*tool, *SAMPLING, str(pid))
        runs.append(await asyncio.to_thread(launch, *arguments, limit=HANG_SECONDS))
        if number % 100 == 99:
            print(f"{target}: {number + 1} of {count}", file=sys.stderr)
    os.kill(pid, 0)
    return row_of(target, runs, answers.total() if answers else 0, load)


async def rows_of(python: str, count: int) -> AsyncIterator[Row]:
    """Run triage on one target after the other."""
    for name, tool in CODE.items():
        async with lab.process(sys.executable, "-c", PROVOKING) as pid:
            yield await run_on(name, pid, count, tool)
    for program in PROGRAMS:
        name = f"{program.package} {version_of(python, program.package)}"
        async with busy(program, python) as (pid, answers):
            yield await run_on(name, pid, count, answers=answers)


async def measure(python: str, count: int) -> dict[str, Any]:
    """Run triage on every target."""
    return {
        **results.machine(),
        "rows": [asdict(row) async for row in rows_of(python, count)],
    }


def version_of(python: str, package: str) -> str:
    """Give the version of a package that an interpreter has.

    Raises:
        SystemExit: when it has none.

    """
    code = f"from importlib.metadata import version; print(version({package!r}))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"error: {python} has no {package}: make endurance installs it")
    return done.stdout.strip()


def show(result: dict[str, Any]) -> None:
    """Print the result as a table."""
    print(f"CPython {result['python']}, {result['machine']}")
    rows = [Row(**row) for row in result["rows"]]
    titles = ("runs", "hangs", "signals", "peak, MB", "median, s", "longest, s", "load")
    print(f"{'target':<20} {' '.join(f'{title:>9}' for title in titles)}")
    for row in rows:
        numbers = (f"{row.runs:,}", row.hangs, row.signals, f"{row.megabytes:.0f}")
        times = (f"{row.seconds:.2f}", f"{row.longest:.2f}", row.load)
        print(f"{row.target:<20} {' '.join(f'{value:>9}' for value in (*numbers, *times))}")
    print(f"\n{'target':<20} {'exit status':<20} {'outcome':<36} {'requests':>9}")
    for row in rows:
        statuses, outcomes = (
            ", ".join(f"{name}: {count:,}" for name, count in counts.items())
            for counts in (row.statuses, row.outcomes)
        )
        answers = f"{row.answers:,}" if row.answers else "-"
        print(f"{row.target:<20} {statuses:<20} {outcomes:<36} {answers:>9}")


def main() -> None:
    """Run or show."""
    parser = results.parser(__doc__, runs=1000)
    parser.add_argument("--python", default=sys.executable, help="interpreter of the programs")
    options = parser.parse_args()
    results.print_results(options, lambda: asyncio.run(measure(options.python, options.runs)), show)


if __name__ == "__main__":
    main()
