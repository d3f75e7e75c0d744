"""What the page of triage shows is what triage prints."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from examples.triage.case import LONG
from examples.triage.faults import INTERNAL
from examples.triage.options import arguments
from examples.triage.read.freeze import LONGEST_PAUSE
from examples.triage.read.in_process import MOST_ENTRIES, SCRIPT_CPU, SCRIPT_LONGEST
from examples.triage.read.redis import REDIS_SECONDS
from examples.triage.read.sampling import SAMPLES_PER_INTERVAL
from tests.support.built_triage import built
from tests.support.repros import running
from tests.support.transcripts import ROOT
from tests.triage.reports import VOLATILE
from tests.triage.small_targets import target

HERE = "examples/triage/outputs"


def test_rules_and_help(transcript: Callable[..., None]) -> None:
    """The page shows every rule and every option."""
    transcript(f"{HERE}/rules.out")
    transcript(f"{HERE}/help.out")


def test_idle_and_in_process(transcript: Callable[..., None]) -> None:
    """A task that died is absent from outside, and --in-process shows it."""
    with target("dead") as process:
        transcript(f"{HERE}/idle.out", patterns=VOLATILE, PID=process.pid)
        transcript(f"{HERE}/in_process.out", patterns=VOLATILE, PID=process.pid)


def test_json(transcript: Callable[..., None]) -> None:
    """The page shows the report on an incident as data."""
    with running("await_cycle") as shown:
        transcript(f"{HERE}/json.out", patterns=VOLATILE, PID=shown.pid)


def test_piped_into_python(transcript: Callable[..., None]) -> None:
    """Where nothing can be written, the program on standard input prints the same."""
    with running("stuck_await") as shown:
        transcript(f"{HERE}/piped.out", patterns=VOLATILE, PID=shown.pid)


def test_saved_for_the_record(transcript: Callable[..., None]) -> None:
    """The line of the incident record prints a report and leaves a capture that triage reads."""
    folder = built().parent
    for stale in folder.glob("incident-*.json"):
        stale.unlink()
    when = {r"incident-\d{8}T\d{6}Z": "incident-[time]"}
    with running("await_cycle") as shown:
        transcript(f"{HERE}/record.out", patterns={**VOLATILE, **when}, PID=shown.pid)

    (saved,) = folder.glob("incident-*.json")
    judged = subprocess.run(
        [sys.executable, built(), "--json", saved], capture_output=True, text=True, check=False
    )
    saved.unlink()
    assert json.loads(judged.stdout)["processes"][0]["findings"][0]["cause"] == "await-cycle"


def test_tree(transcript: Callable[..., None]) -> None:
    """The page shows who waits for whom, and who holds what, on a lock convoy."""
    with running("lock_convoy") as shown:
        transcript(f"{HERE}/tree.out", patterns=VOLATILE, PID=shown.pid)


def test_capture(transcript: Callable[..., None], tmp_path: Path) -> None:
    """A capture is judged as the process was, when the process is no longer there."""
    patterns = {**VOLATILE, re.escape(str(tmp_path)): "[FOLDER]"}
    with running("await_cycle") as shown:
        transcript(f"{HERE}/capture.out", patterns=patterns, PID=shown.pid, FOLDER=tmp_path)


def test_numbers_of_the_page_are_those_of_the_program() -> None:
    """How often and how long triage looks, asks and waits is what its modules have."""
    page = (ROOT / "docs/runbook/triage.md").read_text()
    defaults = arguments(["1"])

    assert "five times over two seconds" in page
    assert (defaults.samples, defaults.interval * (defaults.samples - 1)) == (5, 2.0)
    assert "the threads ten times between one read and the next" in page
    assert SAMPLES_PER_INTERVAL == 10
    assert "If two seconds prove nothing, it samples for ten" in page
    assert LONG == 10
    assert "An internal error exits with 70" in page
    assert INTERNAL == 70
    assert "stops after 0.3 seconds of CPU, one second by the clock, or 5,000 tasks" in page
    assert (SCRIPT_CPU, SCRIPT_LONGEST, MOST_ENTRIES) == (0.3, 1, 5_000)
    assert "times out after three seconds" in page
    assert REDIS_SECONDS == 3
    assert "holds the target for more than a second" in page
    assert LONGEST_PAUSE == 1


def test_benchmark_table(transcript: Callable[..., None]) -> None:
    """The table on the page is that of the measured result."""
    transcript(f"{HERE}/bench.out")


def test_endurance_table(transcript: Callable[..., None]) -> None:
    """Of a thousand runs on each target none hangs, none ends by a signal, and none fails."""
    transcript(f"{HERE}/endurance.out")
    rows = json.loads((ROOT / HERE / "endurance.json").read_text())["rows"]

    assert len(rows) == 4
    for row in rows:
        assert (row["runs"], row["hangs"], row["signals"]) == (1000, 0, 0)
        assert set(row["statuses"]) <= {"0", "1"}
        assert sum(row["statuses"].values()) == 1000
        assert row["megabytes"] < 50


def test_benchmark_shows_what_the_page_says() -> None:
    """Each sentence below the tables is true of the result that they show."""
    page = (ROOT / "docs/runbook/triage.md").read_text()
    result = json.loads((ROOT / HERE / "bench.json").read_text())
    rows = {(row["target"], row["tool"]): row["seconds"] for row in result["rows"]}
    looks = {(one["tasks"], one["reader"]): one for one in result["reader"]}
    late = {entry["during"]: entry["p99"] for entry in result["lag"]}

    def seconds(tasks: int, reader: str) -> float:
        look = looks[tasks, reader]
        return float(look["found"] + look["read"])

    assert "On few tasks triage takes longer than `ps`" in page
    for few in ("10 tasks", "1,000 tasks"):
        assert rows[few, "triage"] > rows[few, "asyncio ps"]
    assert "On 10 tasks CPython's reader is the faster one" in page
    assert seconds(10, "CPython's") < seconds(10, "triage's")
    assert "both take less than 5 ms" in page
    assert seconds(10, "triage's, with objects") < 0.005
    assert "On 10,000 tasks ours takes less than half of its time" in page
    assert seconds(10_000, "triage's") < seconds(10_000, "CPython's") / 2
    assert "on 100,000 only ours gives an answer" in page
    assert (looks[100_000, "CPython's"]["listed"], looks[100_000, "triage's"]["listed"]) == (
        0,
        100_000,
    )
    assert "With objects, which CPython's reader does not read, ours is still the faster" in page
    assert seconds(10_000, "triage's, with objects") < seconds(10_000, "CPython's")
    assert "the loop of the process is less late than while `ps` does" in page
    assert late["triage"] < late["asyncio ps"]
