"""Statistics and the measures of a process tree."""

import io
import math
import os
import random
import signal
import subprocess
import sys
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

import psutil
import pytest

from examples.interpreters.analysis import intervals
from examples.interpreters.harness import experiments, processes
from examples.interpreters.harness.comparison import Rounds, compare
from examples.interpreters.harness.pools import Candidate, open_pools
from examples.interpreters.harness.progress import Progress

ROOT = Path(__file__).resolve().parents[2]


def test_interval_of_known_coverage() -> None:
    """With eleven samples the second lowest to the second highest cover 98.8 %."""
    known = intervals.interval([float(number) for number in range(11)])
    assert known[:3] == (5.0, 1.0, 9.0)
    assert known.coverage == pytest.approx(1 - 2 * 12 / 2048)


def test_interval_holds_the_median_as_often_as_it_says() -> None:
    """Over many draws from a skewed distribution the coverage is at least the stated one."""
    draw = random.Random(5)  # noqa: S311 # a reproducible sample
    hits, tries, median = 0, 2000, 0.6931471805599453
    for _ in range(tries):
        known = intervals.interval([draw.expovariate(1.0) for _ in range(11)])
        hits += known.low <= median <= known.high
    assert hits / tries > intervals.COVERAGE


def test_few_samples_say_so() -> None:
    """Below six samples the range does not reach 95 %, and the coverage says it."""
    assert intervals.interval([1.0, 2.0, 3.0]).coverage == pytest.approx(0.75)
    with pytest.raises(ValueError, match="no samples"):
        intervals.interval([])


def test_percentile_is_a_sample() -> None:
    """The percentile is one of the samples, never in between."""
    assert intervals.percentile([1.0, 2.0, 3.0, 4.0], 50) == 2.0
    assert intervals.percentile([1.0, 2.0, 3.0, 4.0], 95) == 4.0


def test_ratio_is_taken_round_by_round() -> None:
    """A disturbance that hits both measures of a round leaves the ratio alone."""
    assert intervals.ratio([2.0, 20.0, 2.0], [1.0, 10.0, 1.0])[:3] == (2.0, 2.0, 2.0)


def _work(ready: object, stop: object) -> None:
    ballast = bytearray(32_000_000)
    total = sum(number * number for number in range(3_000_000))
    assert ballast
    assert total
    ready.set()  # type: ignore[attr-defined]
    stop.wait()  # type: ignore[attr-defined]


def test_tree_counts_children() -> None:
    """Memory and CPU of a live child process are counted, which getrusage does not do."""
    context = get_context("fork")
    before = processes.tree()
    memory, cpu = processes.memory(before), processes.cpu(before)
    ready, stop = context.Event(), context.Event()
    child = context.Process(target=_work, args=(ready, stop))
    child.start()
    with closing(child):
        assert ready.wait(300)
        tree = processes.tree()
        assert processes.memory(tree).pss - memory.pss > 30_000_000
        assert processes.cpu(tree).user - cpu.user > 0.05
        stop.set()
        child.join()


def test_quick_bench(tmp_path: Path) -> None:
    """A quick run of one experiment writes results with raw rounds, machine and interpreter."""
    file = tmp_path / "quick.json"
    command = [sys.executable, "-m", "examples.interpreters.bench", "--quick"]
    command += ["--only", "hand_over", "--output", str(file)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "hand-over 1 kB" in done.stderr
    assert '"round_trips"' in file.read_text()


def test_bench_refuses_a_missing_folder(tmp_path: Path) -> None:
    """Where the results cannot be written is said before anything is measured."""
    command = [sys.executable, "-m", "examples.interpreters.bench"]
    command += ["--output", str(tmp_path / "no" / "results.json")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no such folder" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_ended_bench_leaves_nothing(
    short_tmp_path: Path, tmp_path: Path, number: signal.Signals
) -> None:
    """Ctrl-C and SIGKILL end every measured process, and write no results."""
    file = tmp_path / "results.json"
    command = [sys.executable, "-m", "examples.interpreters.bench", "--quick"]
    bench = subprocess.Popen(
        [*command, "--output", str(file)],
        cwd=ROOT,
        # SIGKILL leaves the folder of multiprocessing behind; nobody can remove it in time.
        env=os.environ | {"TMPDIR": str(short_tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with bench:
        assert bench.stderr is not None
        # The first workload is named when all pools are open.
        for line in bench.stderr:
            if "workload scoring" in line:
                break
        family = psutil.Process(bench.pid).children(recursive=True)
        # As a terminal does: to the whole foreground group.
        os.killpg(bench.pid, number) if number is signal.SIGINT else bench.kill()
        errors = bench.stderr.read()
    assert len(family) >= 8
    assert psutil.wait_procs(family, timeout=300)[1] == []
    assert not file.exists()
    if number is signal.SIGINT:
        assert errors.splitlines()[-1] == "error: interrupted; nothing was written"


def test_a_host_whose_answers_nobody_reads_ends() -> None:
    """A harness that was killed leaves no pool behind, whatever its host was doing."""
    script = "from examples.interpreters.harness import host; host.main('taskiq')"
    with subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as host:
        assert host.stdin is not None
        assert host.stdout is not None
        host.stdin.write('{"do": "open", "workers": 1}\n')
        host.stdin.flush()
        host.stdout.readline()
        family = psutil.Process(host.pid).children(recursive=True)
        host.stdout.close()
        host.stdin.write('{"do": "memory"}\n')
        host.stdin.flush()
        host.wait(300)
    assert family
    assert psutil.wait_procs(family, timeout=300)[1] == []


@pytest.mark.parametrize(
    ("spread", "seconds", "rounds"), [(0.5, math.inf, 3), (0.0, math.inf, 5), (0.0, 1e-9, 3)]
)
def test_rounds_end_when_they_tell_enough(spread: float, seconds: float, rounds: int) -> None:
    """They end at the least number when intervals are narrow or time is over, else at the most."""
    candidates = [Candidate("direct", "memoryview"), Candidate("interpreter", "memoryview")]
    with open_pools(candidates, 1) as pools:
        pools.open()
        pools.load("kernel", 0.0, steps=100_000, payload=1000, slices=2)
        limits = Rounds(least=3, most=5, seconds=seconds, spread=spread and 1e9)
        cell = compare(pools, limits, Progress())
    assert {len(row["values"]) for row in cell.values()} == {rounds}


def test_the_page_says_how_long_rounds_go_on() -> None:
    """The page of benchmarks gives the budget and the width of the full run."""
    page = (ROOT / "docs/concurrency/benchmarks.md").read_text()
    full = experiments.FULL.adaptive
    assert f"for at most {full.seconds:.0f} seconds per workload" in page
    assert f"within {full.spread:.0%}".replace("%", " %") in page


def test_a_bar_is_drawn_on_a_terminal_only() -> None:
    """On a terminal the bar is drawn over; elsewhere only lines are written."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream in (Terminal(), io.StringIO()):
        progress = Progress(stream)
        progress.bar(0.5, "3 rounds")
        progress("next")
        assert ("[###############               ] 3 rounds" in stream.getvalue()) == (
            stream.isatty()
        )
        assert stream.getvalue().endswith("next\n")
