"""List the tasks of the process that runs this, generators and all threads included.

``from_inside.py`` sends this file into another process. Each line is one task: its
name, and its frames from the outermost to the one that waits.
"""

import asyncio
import gc
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any


def report(path: str) -> None:
    """Write the tasks of every event loop to `path`, in one go."""
    loops = [thing for thing in gc.get_objects() if issubclass(type(thing), asyncio.BaseEventLoop)]
    tasks = [task for loop in loops for task in asyncio.all_tasks(loop)]
    lines = sorted(f"{task.get_name()}: {' -> '.join(_places(task.get_coro()))}" for task in tasks)
    part = Path(f"{path}.part")
    part.write_text("".join(f"{line}\n" for line in lines))
    part.rename(path)


def _places(awaited: Any) -> Iterator[str]:
    while awaited is not None:
        if frame := _attribute(awaited, "frame"):
            yield _place(frame)
            awaited = _attribute(awaited, "await") or _attribute(awaited, "yieldfrom")
        else:
            # What anext() returns has no frame; it holds the generator that has one.
            awaited = next(filter(inspect.isasyncgen, gc.get_referents(awaited)), None)


def _attribute(awaited: Any, name: str) -> Any:
    return next(filter(None, (getattr(awaited, f"{kind}_{name}", None) for kind in _KINDS)), None)


def _place(frame: FrameType) -> str:
    code = frame.f_code
    return f"{code.co_qualname} {Path(code.co_filename).name}:{frame.f_lineno}"


_KINDS = ("cr", "gi", "ag")
