"""Opening pools, warming them up, and cutting work into chunks."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest

from examples.interpreters.harness import executors, handover
from examples.interpreters.workloads import market, scoring

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_warm_up_waits_for_every_worker(workers: int) -> None:
    """After the warm-up as many threads exist as were asked for."""
    with executors.open_pool("thread", workers) as pool:
        executors.warm_up(pool, workers)
        assert len(pool._threads) == workers  # type: ignore[attr-defined]


def test_direct_keeps_errors_in_the_future() -> None:
    """The direct executor reports an error at `result`, as a pool does."""

    def fail() -> None:
        raise LookupError("no price")

    future: Future[None] = executors.open_pool("direct", 1).submit(fail)
    with pytest.raises(LookupError, match="no price"):
        future.result()


@pytest.mark.parametrize(("kind", "workers"), [("direct", 0), ("fiber", 1)])
def test_unknown_pool(kind: executors.Kind, workers: int) -> None:
    """A kind that does not exist and a pool without workers are refused."""
    with pytest.raises(ValueError, match=r"runs nothing|unknown executor"):
        executors.open_pool(kind, workers)


def test_small_slices_travel_together() -> None:
    """Short slices are bundled until the call costs 1 % of the work; long ones go alone."""
    assert executors.chunk_size(100e-6, 0.1e-3, slices=1000, workers=2) == 100
    assert executors.chunk_size(100e-6, 100e-3, slices=1000, workers=2) == 1


def test_chunks_leave_no_worker_idle() -> None:
    """However short the slices, each worker gets several chunks."""
    size = executors.chunk_size(1.0, 1e-6, slices=80, workers=2)
    assert len(list(executors.chunks(range(80), size))) == 8


def test_shared_block_is_removed() -> None:
    """The block of shared memory is gone from the system after the sender is closed."""
    # In a process of its own, since the block's tracker lives as long as its process.
    script = """
from multiprocessing.shared_memory import SharedMemory
from examples.interpreters.harness import handover
from examples.interpreters.workloads import kernel
sender = handover.Sender("shared_memory", [kernel.slice_of(1, 800)])
(name, start, end) = sender.payload(0)
assert (start, end) == (0, 800)
SharedMemory(name, track=False).close()
sender.close()
SharedMemory(name, track=False)
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "FileNotFoundError" in done.stderr.splitlines()[-1]


def test_lent_buffer_is_given_back() -> None:
    """After the worker is done the sender may resize its buffer again."""
    values = scoring.prepare(market.generate(1, 1, 60))
    with closing(handover.Sender("memoryview", values)) as sender:
        pool = executors.open_pool("direct", 1)
        executors.run(pool, "scoring", sender)
        values[0].append(1.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--executor", "fork", "--form", "memoryview"], "memoryview does not cross to fork"),
        (["--workers", "0"], "a pool of 0 workers runs nothing"),
        (["--instruments", "0"], "no market of 0 instruments"),
    ],
)
def test_rank_refuses(options: list[str], message: str) -> None:
    """Options that make no sense end in one line and exit status 2."""
    command = [sys.executable, "-m", "examples.interpreters.rank", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]


def test_rank(transcript: Callable[..., None]) -> None:
    """The lead example prints the ranking that the page shows, the same on two executors."""
    transcript("examples/interpreters/rank.out")
