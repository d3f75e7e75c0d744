"""Every executor and hand-over gives the bits of the direct run."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from examples.interpreters import rank
from examples.interpreters.harness import executors
from examples.interpreters.workloads import CANDIDATES, market

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def direct() -> dict[str, str]:
    """Give the digest of each workload, run without any pool or hand-over."""
    data = market.generate(rank.SEED, instruments=5, bars=300)
    return {
        name: rank.digest(work.combine([work.run_slice(one) for one in work.prepare(data)]))
        for name, work in CANDIDATES.items()
    }


@pytest.mark.parametrize("kind", executors.KINDS)
def test_equal(kind: executors.Kind, direct: dict[str, str]) -> None:
    """All workloads in all forms of hand-over give the direct result, bit for bit."""
    command = [sys.executable, "-m", "tests.interpreters.digests", kind]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    digests = json.loads(done.stdout)
    assert digests == {
        f"{workload}, {form}": direct[workload]
        for workload in CANDIDATES
        for form in executors.forms(kind)
    }
    assert done.stderr == ""


def test_digest_sees_a_small_change(direct: dict[str, str]) -> None:
    """One price that is off by a billionth changes the digest of every exact result."""
    data = market.generate(rank.SEED, instruments=5, bars=300)
    data[2].closes[150] *= 1.0 + 1e-9
    changed = {
        name: rank.digest(work.combine([work.run_slice(one) for one in work.prepare(data)]))
        for name, work in CANDIDATES.items()
    }
    assert all(changed[name] != direct[name] for name in ("transform", "features", "summary"))


def test_same_seed_same_market() -> None:
    """A seed gives one market, another seed another."""
    assert market.generate(1, 2, 50) == market.generate(1, 2, 50)
    assert market.generate(1, 2, 50) != market.generate(2, 2, 50)
