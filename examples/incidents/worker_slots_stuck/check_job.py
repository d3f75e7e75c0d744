"""A test that would have found the job without a deadline: the downstream stays silent."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from examples import lab
from examples.incidents.worker_slots_stuck import repro


# --8<-- [start:check]
@pytest.mark.parametrize("job", [repro.score, repro.score_with_deadline])
def test_job_ends(
    job: Callable[[str], Coroutine[None, None, None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The job ends within five seconds when the price service does not answer."""

    async def ended() -> bool:
        async with lab.SilentDownstream() as prices:
            monkeypatch.setattr(repro, "PRICES", ("127.0.0.1", prices.port))
            run = asyncio.gather(job("ACME"), return_exceptions=True)
            done, _ = await asyncio.wait([run], timeout=5)
            return bool(done)

    assert asyncio.run(ended())


# --8<-- [end:check]
