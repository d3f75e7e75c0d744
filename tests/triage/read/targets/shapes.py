"""Tasks in each of the ways in which a task can wait, and one that runs."""

import asyncio
import contextlib
import threading
import types
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine, Generator
from typing import Any

from tests.triage.read.targets import account

keep: list[Any] = []


async def forever() -> None:
    """Wait for what never comes."""
    await asyncio.Event().wait()


async def numbers() -> AsyncIterator[int]:
    """Wait inside an async generator."""
    await forever()
    yield 1


async def stubborn() -> AsyncGenerator[int]:
    """Wait when it is thrown into."""
    try:
        yield 1
    finally:
        await forever()


async def loops_over() -> None:
    """Wait in ``async for``."""
    async for _ in numbers():
        pass


async def throws() -> None:
    """Wait in ``athrow``."""
    generator = stubborn()
    await anext(generator)
    await generator.athrow(ValueError)


async def closes() -> None:
    """Wait in ``aclose``."""
    generator = stubborn()
    await anext(generator)
    await generator.aclose()


@contextlib.asynccontextmanager
async def managed() -> AsyncIterator[None]:
    """Wait while it is entered."""
    await forever()
    yield


async def enters() -> None:
    """Wait in the generator behind an async context manager."""
    async with managed():
        pass


class Awaitable:
    """Is awaited through a generator of its own."""

    def __await__(self) -> Generator[Any]:
        """Wait."""
        yield from forever().__await__()


async def awaits_object() -> None:
    """Wait in ``__await__``."""
    await Awaitable()


@types.coroutine
def old_style() -> Generator[Any]:
    """Wait in a generator that is a coroutine."""
    yield from forever()


async def awaits_old_style() -> None:
    """Wait for such a generator."""
    await old_style()


class Request(Coroutine[Any, Any, None]):
    """Is a coroutine in all but its type, as what aiohttp's session gives."""

    def __init__(self, coroutine: Any) -> None:
        self.coroutine = coroutine

    def send(self, value: Any) -> Any:
        """Go on."""
        return self.coroutine.send(value)

    def throw(self, *arguments: Any) -> Any:
        """Throw."""
        return self.coroutine.throw(*arguments)

    def close(self) -> None:
        """End."""
        self.coroutine.close()

    def __await__(self) -> Generator[Any]:
        """Wait."""
        return self.coroutine.__await__()  # type: ignore[no-any-return]


class SlottedRequest(Request):
    """Keeps its coroutine in a slot."""

    __slots__ = ("coroutine",)


async def both(second: str) -> None:
    """Wait for each other."""
    await asyncio.sleep(0)
    await next(task for task in asyncio.all_tasks() if task.get_name() == second)


async def deep(depth: int) -> None:
    """Wait below many frames."""
    await (deep(depth - 1) if depth else forever())


async def shielded() -> None:
    """Wait for a task that is not cancelled with it."""
    await asyncio.shield(asyncio.create_task(forever(), name="shield: inner"))


async def cancelled() -> None:
    """Swallow a request to be cancelled."""
    try:
        await forever()
    except asyncio.CancelledError:
        await forever()


async def limited(seconds: float | None) -> None:
    """Wait with a deadline."""
    await asyncio.wait_for(forever(), seconds)


async def grouped() -> None:
    """Wait for a group."""
    async with asyncio.TaskGroup() as group:
        for index in range(3):
            group.create_task(forever(), name=f"group: {index}")


async def gathered() -> None:
    """Wait for a gathering of gatherings."""
    parts = [asyncio.create_task(forever(), name=f"gather: {index}") for index in range(2)]
    await asyncio.gather(asyncio.gather(*parts), forever())


async def shared(task: asyncio.Task[None]) -> None:
    """Wait for a task that others wait for too."""
    await task


def step(name: str, make: Callable[[Any], Any]) -> Any:
    """Make a task from a step of an async generator itself."""
    generator = numbers()
    awaitable = make(generator)
    return asyncio.create_task(awaitable, name=name)


def other_thread(begun: threading.Event) -> None:
    """Run a loop in another thread."""

    async def main() -> None:
        loops.append(asyncio.get_running_loop())
        keep.append(asyncio.create_task(forever(), name="thread: 1"))
        await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(begun.set)
        await forever()

    asyncio.run(main())


loops: list[asyncio.AbstractEventLoop] = []


async def main() -> None:
    """Start them all and tell of them."""
    loops.append(asyncio.get_running_loop())
    begun = threading.Event()
    threading.Thread(target=other_thread, args=(begun,), daemon=True).start()
    begun.wait()
    functions = (
        forever,
        loops_over,
        throws,
        closes,
        enters,
        awaits_object,
        awaits_old_style,
        shielded,
        cancelled,
        grouped,
        gathered,
    )
    start = asyncio.create_task
    keep.extend(start(function(), name=function.__name__) for function in functions)
    keep.append(start(Request(forever()), name="request"))
    keep.append(start(SlottedRequest(forever()), name="slotted"))
    keep.append(start(deep(700), name="deep"))
    keep.append(start(limited(30), name="limited"))
    keep.append(start(limited(None), name="unlimited"))
    keep.append(start(both("right"), name="left"))
    keep.append(start(both("left"), name="right"))
    keep.append(start(asyncio.sleep(3600), name="sleeps"))
    keep.append(start(forever(), name="café 你好 🐍"))
    keep.append(start(forever(), name="long" * 100))
    keep.append(start(forever(), name=""))
    keep.append(start(forever()))
    target = start(forever(), name="shared: inner")
    keep.extend(start(shared(target), name=f"shared: {index}") for index in range(40))
    keep.append(step("anext", anext))
    keep.append(step("asend", lambda generator: generator.asend(None)))
    for _ in range(5):
        await asyncio.sleep(0)
    next(task for task in keep if task.get_name() == "cancelled").cancel()
    for _ in range(3):
        await asyncio.sleep(0)
    keep.append(start(forever(), name="not begun"))
    next(task for task in keep if task.get_name() == "sleeps").cancel()
    account.tell(*loops)


if __name__ == "__main__":
    asyncio.run(main())
