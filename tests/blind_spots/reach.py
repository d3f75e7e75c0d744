"""Compare what ``asyncio ps`` and triage show of each blind spot, and write the table.

``python -m tests.blind_spots.reach --output FILE --targets PYTHON... --readers PYTHON...``:
each target runs the scripts of the page, each reader runs triage. A target needs the packages
of the examples.
"""

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.support.built_triage import built
from tests.support.repros import READY
from tests.support.transcripts import ROOT

SECONDS = 300


@dataclass(frozen=True)
class Spot:
    """One blind spot.

    Attributes:
        script: its script under ``examples/blind_spots``.
        text: what one wants to see, in words.
        sought: the function that shows it, or the name of a task.
        reads: how often it is read: it is shown when each read shows it.

    """

    script: str
    text: str
    sought: str
    reads: int = 1


SPOTS = (
    Spot("anext_task", "the wait of a task made from `anext()`", "messages"),
    Spot("async_generator", "the wait inside an async generator", "Queue.get"),
    Spot("background_thread", "a task of a loop in another thread", "serve"),
    Spot("subinterpreter", "a task beside a live subinterpreter", "serve"),
    Spot("blocked_loop", "the call that blocks the loop", "read_file"),
    Spot("many_tasks", "one of 65,538 tasks", "handle"),
    Spot("await_cycle", "the tasks of an await cycle", "step"),
    Spot("deep_nesting", "the innermost of 601 nested tasks", "Event.wait"),
    Spot("orm_greenlet", "the wait for a pool in a greenlet", "QueuePool._do_get"),
    Spot("sync_endpoint", "what an endpoint does in a thread", "report"),
    Spot("names", "a task name outside ASCII", "orders Zürich"),
    Spot("churn", "10 reads in a row of a busy process", "work", reads=10),
)


@contextlib.contextmanager
def started(python: str, spot: Spot) -> Iterator[int]:
    """Run a script with `python` until it is READY, and give its PID.

    Raises:
        RuntimeError: when it ends before.

    """
    with subprocess.Popen(
        [python, f"examples/blind_spots/{spot.script}.py"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as script:
        try:
            if script.stdout is None or not (ready := READY.match(script.stdout.readline())):
                raise RuntimeError(f"{spot.script} is not READY with {python}")
            yield int(ready[1])
        finally:
            script.terminate()


def run(command: Sequence[object]) -> subprocess.CompletedProcess[str]:
    """Run a command of a reader."""
    return subprocess.run(
        list(map(str, command)),
        capture_output=True,
        text=True,
        errors="replace",
        timeout=SECONDS,
        check=False,
    )


def ps_shows(python: str, pid: int, spot: Spot) -> str:
    """Say what ``asyncio ps`` shows: yes, no, or that it fails."""
    done = run([python, "-m", "asyncio", "ps", pid])
    if done.returncode:
        return "fails"
    return "yes" if spot.sought in done.stdout else "no"


def triage_shows(python: str, pid: int, spot: Spot) -> str:
    """Say what triage shows in its report, or as the name of a task in its capture."""
    with tempfile.TemporaryDirectory() as folder:
        capture = Path(folder, "capture.json")
        looks = ("--samples", "2", "--interval", "0.2")
        done = run([python, built(), "--json", *looks, "--save", capture, pid])
        if not done.stdout:
            return "fails"
        saved = json.loads(capture.read_text())
    report = next(one for one in json.loads(done.stdout)["processes"] if one["pid"] == pid)
    record = next(one for one in saved["processes"] if one["pid"] == pid)
    names = [task["name"] for task in record["snapshots"][-1]["tasks"]]
    found = spot.sought in names or spot.sought in json.dumps(
        [report["groups"], report["findings"]]
    )
    return "yes" if found else "no"


def each_read(shows: Callable[[str, int, Spot], str], python: str, pid: int, spot: Spot) -> str:
    """Read as often as the blind spot asks for: yes when each read shows it."""
    found = [shows(python, pid, spot) for _ in range(spot.reads)]
    missed = [text for text in found if text != "yes"]
    return missed[0] if missed else "yes"


def version(python: str) -> str:
    """Give the version of an interpreter."""
    code = "import platform; print(platform.python_version())"
    return run([python, "-c", code]).stdout.strip()


def table(targets: Sequence[str], readers: Sequence[str]) -> Iterator[str]:
    """Measure, and write the rows."""
    yield f"Measured on {datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}:"
    yield f"`ps` by the Python of the process, triage by CPython {', '.join(map(version, readers))}"
    yield "each, which agreed unless a cell says otherwise."
    yield ""
    yield (
        "| What one wants to see | "
        + " | ".join(f"`ps`, {version(target)} | triage, {version(target)}" for target in targets)
        + " |"
    )
    yield "| --- |" + " --- |" * (2 * len(targets))
    for spot in SPOTS:
        cells = []
        for target in targets:
            with started(target, spot) as pid:
                cells.append(each_read(ps_shows, target, pid, spot))
                shown = {version(one): each_read(triage_shows, one, pid, spot) for one in readers}
            alike = len(set(shown.values())) == 1
            cells.append(
                next(iter(shown.values()))
                if alike
                else ", ".join(f"{name}: {text}" for name, text in shown.items())
            )
            print(spot.script, version(target), cells[-2:], file=sys.stderr, flush=True)
        yield f"| {spot.text} | {' | '.join(cells)} |"


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", nargs="+", default=[sys.executable])
    parser.add_argument("--readers", nargs="+", default=[sys.executable])
    parser.add_argument("--output", type=Path, required=True)
    options = parser.parse_args()
    options.output.write_text("\n".join(table(options.targets, options.readers)) + "\n")


if __name__ == "__main__":
    main()
