"""What a task of this process awaits, frame by frame, as a reader of its memory sees it."""

import asyncio
import gc
import sys
import threading
import types
from collections.abc import Iterator
from typing import Any

from examples.triage.model import Frame, Stack


def stack_of(task: asyncio.Task[Any], own: frozenset[str]) -> Stack:
    """Follow what a task awaits down to a future.

    Args:
        task: one that does not run.
        own: files whose frames count as those of the application.

    Returns:
        The frames, innermost first.

    """
    frames: list[types.FrameType] = []
    awaited: Any = task.get_coro()
    while awaited is not None:
        frame, awaited = _step(awaited)
        if frame is not None:
            frames.append(frame)
            if frame.f_code.co_name == "greenlet_spawn":
                frames += list(_greenlet(frame))
    return tuple(_model(frame, own) for frame in reversed(frames))


def thread_stacks(own: frozenset[str]) -> list[Stack]:
    """Give the Python frames of every other thread of this process, innermost first."""
    here = threading.get_ident()
    found = []
    for thread, top in sys._current_frames().items():
        frames: list[types.FrameType] = []
        frame: types.FrameType | None = top
        while frame is not None:
            frames.append(frame)
            frame = frame.f_back
        if thread != here:
            found.append(tuple(_model(frame, own) for frame in frames))
    return found


def _step(awaited: Any) -> tuple[types.FrameType | None, Any]:
    """Give the frame of what is awaited, and what that awaits."""
    if isinstance(awaited, types.CoroutineType):
        return awaited.cr_frame, awaited.cr_await
    if isinstance(awaited, types.GeneratorType):
        return awaited.gi_frame, awaited.gi_yieldfrom
    if isinstance(awaited, types.AsyncGeneratorType):
        return awaited.ag_frame, awaited.ag_await
    if isinstance(awaited, asyncio.Future):
        return None, None
    # What __await__, anext(), asend() and the like give wraps one of these, and does not say so.
    kinds = (types.CoroutineType, types.GeneratorType, types.AsyncGeneratorType)
    inner = gc.get_referents(awaited)
    return None, next((found for found in inner if isinstance(found, kinds)), None)


def _greenlet(frame: types.FrameType) -> Iterator[types.FrameType]:
    """Give the frames in the greenlet that SQLAlchemy's coroutine drives, outermost first."""
    inner = frame.f_locals["context"].gr_frame
    frames = []
    while inner is not None:
        frames.append(inner)
        inner = inner.f_back
    yield from reversed(frames)


def _model(frame: types.FrameType, own: frozenset[str]) -> Frame:
    code = frame.f_code
    module = frame.f_globals.get("__name__", "")
    return Frame(
        code.co_filename, frame.f_lineno, code.co_qualname, module, code.co_filename in own
    )
