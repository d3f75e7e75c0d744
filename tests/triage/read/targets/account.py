"""What a process says of its own tasks, and how it stands still while others read it."""

import asyncio
import gc
import json
import sys
from types import AsyncGeneratorType, CoroutineType, GeneratorType
from typing import Any

FOLLOWED = (CoroutineType, GeneratorType, AsyncGeneratorType)


def next_of(thing: Any) -> tuple[Any, Any]:
    """Give the frame of a coroutine, if it has one, and what it awaits."""
    match thing:
        case CoroutineType():
            return thing.cr_frame, thing.cr_await
        case GeneratorType():
            return thing.gi_frame, thing.gi_yieldfrom
        case AsyncGeneratorType():
            return thing.ag_frame, thing.ag_await
    # A step of an async generator, or an object like a coroutine, tells only the collector.
    driven = [each for each in gc.get_referents(thing) if isinstance(each, FOLLOWED)]
    return None, driven[0] if driven else None


def frames_of(thing: Any) -> list[tuple[str, int]]:
    """Follow a coroutine, or what drives one, to where it waits; innermost frame first."""
    found = []
    while thing is not None:
        frame, thing = next_of(thing)
        if frame is not None:
            found.append((frame.f_code.co_qualname, frame.f_lineno))
    return found[::-1]


def awaiters_of(future: Any) -> set[str]:
    """Name the tasks that await a future, through all futures in between."""
    found: set[str] = set()
    for awaiter in future._asyncio_awaited_by or ():
        found |= {awaiter.get_name()} if isinstance(awaiter, asyncio.Task) else awaiters_of(awaiter)
    return found


def calls_of(task: asyncio.Task[Any]) -> list[tuple[str, int]]:
    """Give the calls of the running task, without those of this module."""
    frame, found = sys._getframe(), []
    while frame is not None and frame.f_generator is not task.get_coro():
        frame = frame.f_back  # type: ignore[assignment]
        found.append((frame.f_code.co_qualname, frame.f_lineno))
    return [place for place in found if place[0] not in ("calls_of", "tell")]


def tell(*loops: asyncio.AbstractEventLoop) -> None:
    """Print the tasks of loops as JSON, and stand still for good."""
    running = asyncio.current_task()
    tasks = [
        {
            "name": task.get_name(),
            "stack": calls_of(task) if task is running else frames_of(task.get_coro()),
            "awaiters": sorted(awaiters_of(task)),
            "cancels": task.cancelling(),
            "running": task is running,
        }
        for loop in loops
        for task in asyncio.all_tasks(loop)
    ]
    print(json.dumps(tasks), flush=True)
    sys.stdin.read()
