"""A test that would have found the shared threads: downloads must not stop name resolution."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from examples import lab
from examples.incidents.executor_full import repro


# --8<-- [start:check]
@pytest.mark.parametrize("report", [repro.report, repro.report_on_own_threads])
def test_downloads_do_not_stop_name_resolution(
    report: Callable[[str], Awaitable[dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is resolved while as many downloads wait as the default executor has threads."""

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(2))
        async with lab.SilentDownstream() as reports:
            monkeypatch.setattr(repro, "REPORTS_PORT", reports.port)
            waiting = [asyncio.ensure_future(report(day)) for day in ("A", "B")]
            await reports.received(2)
            done, _ = await asyncio.wait(
                [asyncio.ensure_future(loop.getaddrinfo("localhost", 80))], timeout=5
            )
        # The downstream is closed: every download has ended, and the threads can be joined.
        await asyncio.gather(*waiting, return_exceptions=True)
        assert done, "no thread was free for the name"

    asyncio.run(scenario())


# --8<-- [end:check]
