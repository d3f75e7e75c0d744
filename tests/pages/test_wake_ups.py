"""The page on lost work says what wakes a loop, and what does not."""

import asyncio
import selectors
from collections.abc import Callable
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/runbook/causes/lost-work.md"
type Waits = tuple[asyncio.Future[None], asyncio.Event, asyncio.Queue[None]]
# What the page says of them, and the call.
SILENT: dict[str, Callable[[Waits], None]] = {
    "`set_result()`": lambda waits: waits[0].set_result(None),
    "`Event.set()`": lambda waits: waits[1].set(),
    "`put_nowait()`": lambda waits: waits[2].put_nowait(None),
}


async def wait(waits: Waits) -> None:
    """Wait for all three."""
    await asyncio.gather(waits[0], waits[1].wait(), waits[2].get())


@pytest.mark.parametrize("said", SILENT)
def test_call_does_not_wake_a_loop(said: str) -> None:
    """A sleeping loop stays asleep when its future is done, and wakes by call_soon_threadsafe()."""
    selector = selectors.DefaultSelector()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as runner:
        loop = runner.get_loop()
        waits = loop.create_future(), asyncio.Event(), asyncio.Queue[None]()

        async def begin() -> asyncio.Task[object]:
            task = asyncio.create_task(wait(waits))
            for _ in range(2):  # turns: of the task, and of those that it waits for
                await asyncio.sleep(0)
            return task

        assert not runner.run(begin()).done()
        SILENT[said](waits)
        asleep = selector.select(0) == []
        loop.call_soon_threadsafe(lambda: None)
        woken = selector.select(0) != []

    assert (asleep, woken) == (True, True)


def test_page_names_these_calls() -> None:
    """The page names each call that wakes nothing."""
    first, second, third = SILENT

    assert f"{first}, {second} or {third} of asyncio: none of these wakes" in PAGE.read_text()
