"""A test that would have found the callback: a sender with nothing to send must rest."""

import asyncio
from collections.abc import Callable

import pytest

from examples import lab
from examples.incidents.busy_without_tasks import repro


# --8<-- [start:check]
@pytest.mark.parametrize("make", [repro.Metrics, repro.FixedMetrics])
def test_sender_rests_when_all_is_sent(
    make: Callable[[], repro.Metrics], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the metric is sent, the loop calls the sender no more."""

    async def scenario() -> None:
        async with lab.SilentDownstream() as collector:
            monkeypatch.setattr(repro, "COLLECTOR", ("127.0.0.1", collector.port))
            metrics = make()
            calls = 0
            flush = metrics.flush

            def counted() -> None:
                nonlocal calls
                calls += 1
                flush()

            monkeypatch.setattr(metrics, "flush", counted)
            metrics.count("route_0")
            await collector.received(1)
            before = calls
            for _ in range(10):
                await asyncio.sleep(0)
            asyncio.get_running_loop().remove_writer(metrics.connection)
            metrics.connection.close()
        assert calls <= before + 1

    asyncio.run(scenario())


# --8<-- [end:check]
