"""Tables and charts are made from the committed results, and nothing else."""

import itertools
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from examples.interpreters.analysis import breakeven, intervals, run
from examples.interpreters.analysis import results as judged
from examples.interpreters.harness import experiments, function
from examples.interpreters.report import charts, targets, verdicts
from examples.interpreters.report import page as report

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "examples/interpreters/results"
NAMES = [*report.ONE_RUN, "machine.md", "call_cost.md", "repeat.md", "targets.md", "verdicts.md"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make every table and chart again."""
    folder = tmp_path_factory.mktemp("report")
    files = [RESULTS / name for name in ("bench.json", "bench-again.json")]
    verdict = verdicts.text([judged.read(file) for file in files])
    first, again = map(run.read, files)
    report.write(first, again, verdict, folder)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_made_from_the_results(name: str, made: Path) -> None:
    """The committed file is, byte for byte, what the results give."""
    assert (RESULTS / name).read_text() == (made / name).read_text(), (
        "run 'python -m examples.interpreters.report.page first.json second.json folder'"
    )


@pytest.mark.parametrize("name", ["bench.json", "bench-again.json", "tools.json"])
def test_results_follow_the_schema(name: str) -> None:
    """The committed results are what the published schema describes."""
    schema = ROOT / "examples/interpreters/results.schema.json"
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema)]
    done = subprocess.run(
        [*command, str(RESULTS / name)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_schema_refuses_results_without_rounds(tmp_path: Path) -> None:
    """A candidate without a single round breaks the schema."""
    results = json.loads((RESULTS / "bench.json").read_text())
    results["breakeven"]["cells"][0]["candidates"]["control"]["values"] = []
    file = tmp_path / "empty.json"
    file.write_text(json.dumps(results))
    schema = ROOT / "examples/interpreters/results.schema.json"
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema), str(file)]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize(
    ("shares", "verdict"),
    [
        ([0.99], "met"),
        ([0.90], "not met"),
        ([0.90, 0.99, 0.99], "not resolved: the median is above"),
        ([0.90, 0.90, 0.99], "not resolved: the median is below"),
    ],
)
def test_verdict_on_a_target_follows_from_the_whole_interval(
    shares: list[float], verdict: str
) -> None:
    """A share of the control is met or not met only when the whole interval says so."""
    found = json.loads((RESULTS / "bench.json").read_text())
    rows = found["ceiling"]["cells"][-1]["candidates"]
    control = rows["control"]["values"]
    for name in ("interpreter/packed", "interpreter/memoryview"):
        values = [own / share for own, share in zip(control, itertools.cycle(shares), strict=False)]
        rows[name]["values"] = values
    parsed = run.parse(found)
    said = targets.table_of(parsed, parsed).splitlines()
    (line,) = (line for line in said if "of the control" in line)
    assert line.endswith(f"| {verdict} |")


def test_profile_says_what_a_pool_costs() -> None:
    """The profile gives the length of a slice and the gap after it, against the control."""

    def parts(busy: float, gap: float) -> dict[str, list[float]]:
        trip = {"submit": 2e-5, "there": 1e-4, "slice": 0.01, "back": 5e-5}
        return {name: [value] for name, value in (trip | {"busy": busy, "gap": gap}).items()}

    rows = {"control": parts(0.010, 1e-6), "interpreter/packed": parts(0.0101, 2e-4)}
    report = targets.profile([run.Cell(rows, {}, payload=1000)])
    assert "| control |  | 100 | 10.00 | 50 | 10.00 | 1 |" in report
    assert "| interpreter/packed | 20 | 100 | 10.00 | 50 | 10.10 | 200 |" in report
    assert report.splitlines()[-1] == (
        "- interpreter/packed: a slice takes 1.010 times as long as in the control,"
        " and the gap adds 2.0% of it."
    )


def test_profile_compares_round_by_round() -> None:
    """A round that a neighbour slowed down hits both sides, and the ratio does not move."""
    slow_round = {"control": [0.01, 0.02, 0.03], "interpreter/packed": [0.02, 0.02, 0.06]}
    rows = {
        name: dict.fromkeys(("submit", "there", "slice", "back", "busy", "gap"), busy)
        for name, busy in slow_round.items()
    }
    report = targets.profile([run.Cell(rows, {}, payload=1000)])
    assert "a slice takes 2.000 times as long" in report


def test_two_runs_agree() -> None:
    """No cell of the map that one committed run decides has another winner in the other."""
    first, second = (run.read(RESULTS / name) for name in ("bench.json", "bench-again.json"))
    assert breakeven.disagreements(first.breakeven, second.breakeven) == []


def test_two_runs_are_two() -> None:
    """The second run is another one than the first."""
    dates = [
        json.loads((RESULTS / name).read_text())["date"]
        for name in ("bench.json", "bench-again.json")
    ]
    assert dates[0] < dates[1]


@pytest.mark.parametrize("chart", sorted(RESULTS.glob("*.svg")), ids=lambda path: path.name)
def test_chart_says_what_it_shows(chart: Path) -> None:
    """A chart has the role of an image, a title and a description that its label names."""
    root = ET.fromstring(chart.read_text())  # noqa: S314 # made by this project
    ids = {one.get("id") for one in root.iter()} - {None}
    assert root.get("role") == "img"
    assert set((root.get("aria-labelledby") or "").split()) == ids
    assert root.get("fill") == "currentColor"
    assert all((one.text or "").strip() for one in root if one.get("id"))


@pytest.mark.parametrize("chart", sorted(RESULTS.glob("*.svg")), ids=lambda path: path.name)
def test_chart_names_its_axes(chart: Path) -> None:
    """Each chart has a title on its axes, and no colour of its own: the palette gives it."""
    text = chart.read_text()
    assert 'class="axis-title"' in text
    assert not re.search(r"#[0-9a-f]{3,6}\b|opacity", text)


def test_bar_has_its_interval() -> None:
    """A whisker goes from one end of the interval to the other; a single reading has none."""
    rows = [
        ("fork", intervals.interval([1.0, 2.0, 3.0]), "2"),
        ("spawn", intervals.interval([1.0]), "1"),
    ]
    drawn = charts.bars(charts.Caption("x", "t", "d"), "ms", rows)
    (ends,) = re.findall(r'x1="([\d.]+)"[^>]* x2="([\d.]+)"[^>]*class="whisker"', drawn)
    assert float(ends[0]) < float(ends[1])


def test_labels_are_escaped() -> None:
    """A label cannot break out of the markup."""
    rows = [("<script>", intervals.interval([1.0]), "1")]
    drawn = charts.bars(charts.Caption("x", "a < b", "c & d"), "ms", rows)
    assert "<script>" not in drawn
    assert ET.fromstring(drawn) is not None  # noqa: S314 # made two lines above


def test_missing_results_are_refused(tmp_path: Path) -> None:
    """A file that is not there ends in one line and status 1."""
    command = [sys.executable, "-m", "examples.interpreters.report.page", "no.json", "no.json"]
    done = subprocess.run(
        [*command, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: FileNotFoundError")
    assert done.stderr.count("\n") == 1


def test_pages_say_how_long_rounds_go_on() -> None:
    """The budget of seconds on the pages is that of the harness."""
    pages = ROOT / "docs/concurrency"
    of_workload, of_function = experiments.FULL.adaptive.seconds, function.FULL.rounds.seconds

    assert f"at most {of_workload:g} seconds per workload" in (pages / "benchmarks.md").read_text()
    assert f"or for {of_function:g} seconds" in (pages / "your-function.md").read_text()
