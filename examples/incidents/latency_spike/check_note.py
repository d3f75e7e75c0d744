"""A test that would have found the spike: while the log is locked, others are served."""

import asyncio
import fcntl
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

import pytest

from examples.incidents.latency_spike import repro


# --8<-- [start:check]
@pytest.mark.parametrize("handler", [repro.order, repro.order_noted_in_a_thread])
def test_locked_log_does_not_stop_the_loop(
    handler: Callable[[str], Awaitable[dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Another task gets its turn while an order waits for the locked log."""
    monkeypatch.setattr(repro, "AUDIT", tmp_path / "audit.log")
    turn = threading.Event()

    async def scenario() -> None:
        ordering = asyncio.ensure_future(handler("ACME"))
        asyncio.get_running_loop().call_later(0.01, turn.set)
        await ordering

    with repro.AUDIT.open("a") as rotation, ThreadPoolExecutor(1) as patience:
        fcntl.flock(rotation, fcntl.LOCK_EX)
        served = patience.submit(wait_and_release, turn, rotation)
        asyncio.run(scenario())
        assert served.result(), "no other task ran while the order waited"


def wait_and_release(turn: threading.Event, rotation: TextIO) -> bool:
    """Release the log once another task had its turn, or say that none had."""
    served = turn.wait(5)
    fcntl.flock(rotation, fcntl.LOCK_UN)
    return served


# --8<-- [end:check]
