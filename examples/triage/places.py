"""Places in the code: which frame of a stack to show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from examples.triage.model import NOWHERE, Frame, Stack

GENERATED = "<string>"  # as exec() names it where nobody gives another name


def own_frame(stack: Stack) -> Frame | None:
    """Give the innermost frame of own code."""
    return next((frame for frame in stack if frame.own), None)


def place_of(stack: Stack) -> Frame:
    """Give the innermost own frame, else that of generated code, else the outermost frame.

    Code that was generated has no file, so nobody knows whose it is; it is in no library.
    """
    return own_frame(stack) or _generated_frame(stack) or (stack[-1] if stack else NOWHERE)


def _generated_frame(stack: Stack) -> Frame | None:
    return next((frame for frame in stack if frame.file == GENERATED), None)


def same_function(one: Frame, other: Frame) -> bool:
    """Whether two frames are in the same function."""
    return (one.file, one.function) == (other.file, other.function)


def most_common_place(stacks: Iterable[Stack]) -> tuple[Frame, int]:
    """Give the function that most stacks are in, own code before others, and how many are."""
    frames: dict[tuple[str, str], Frame] = {}
    count: Counter[tuple[str, str]] = Counter()
    for stack in stacks:
        place = place_of(stack)
        if place is not NOWHERE:
            frames.setdefault((place.file, place.function), place)
            count[place.file, place.function] += 1
    if not count:
        return NOWHERE, 0
    # Own code first: what a library does there is not what to fix.
    name = max(count, key=lambda name: (frames[name].own, count[name]))
    return frames[name], count[name]


def own_stack(stack: Stack) -> Stack:
    """Keep the own frames of a stack."""
    return tuple(frame for frame in stack if frame.own)
