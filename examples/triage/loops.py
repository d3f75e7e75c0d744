"""What the threads with an event loop do: rest, run a step, or sleep in one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from examples.triage.case import Case
from examples.triage.model import NOWHERE, Frame, Stack, Thread
from examples.triage.waits.index import is_loop, is_step

LOOP_SELECTORS = ("selectors", "select")
# Where the loops of other libraries wait for events, with nothing of Python below.
LOOP_RESTS = (
    "kombu.utils.eventio",
    "trio._core._io_epoll",
    "twisted.internet.epollreactor",
    "twisted.internet.pollreactor",
    "twisted.internet.selectreactor",
)
FORKS = ("multiprocessing.popen_fork",)


@dataclass(frozen=True)
class Loop:
    """One thread with an event loop over the samples.

    Attributes:
        thread: its native id.
        samples: how often it was read.
        asleep: stacks of the step in which it slept, one for each sample that found it so.
        running: stacks of the step in which it ran.
        ran: samples that found it running, in a step or between two.

    """

    thread: int
    samples: int
    asleep: tuple[Stack, ...]
    running: tuple[Stack, ...]
    ran: int

    @property
    def in_step(self) -> int:
        """How often it was inside a step."""
        return len(self.asleep) + len(self.running)


def loops_of(case: Case) -> list[Loop]:
    """Give every thread that has been seen with an event loop."""
    numbers = {
        number for threads in case.threads for number, thread in threads.items() if has_loop(thread)
    }
    return [_loop(case, number) for number in sorted(numbers)]


def has_loop(thread: Thread) -> bool:
    """Whether an event loop runs in a thread."""
    stack = since_fork(thread.stack)
    if len(stack) < len(thread.stack):
        return any(map(is_loop, stack))
    return bool(thread.loop) or any(map(is_loop, stack))


def since_fork(stack: Stack) -> Stack:
    """Drop the frames that a forked child has from its parent and never returns to."""
    return next(
        (stack[:number] for number, frame in enumerate(stack) if frame.module in FORKS), stack
    )


def _loop(case: Case, number: int) -> Loop:
    asleep, running, ran = [], [], 0
    history = case.thread_history(number)
    for thread in history:
        step = step_of(since_fork(thread.stack))
        if thread.state == "R":
            ran += 1
            if step:
                running.append(step)
        elif step and thread.state in {"S", "D"}:
            asleep.append(step)
    return Loop(number, len(history), tuple(asleep), tuple(running), ran)


def step_of(stack: Stack) -> Stack:
    """Give the frames of the step that a loop runs; empty between two and at rest."""
    for number, frame in enumerate(stack):
        if is_step(frame):
            # A callback written in C has no frame of its own.
            return stack[:number] or stack[:1]
        if is_loop(frame):
            inner = stack[:number]
            # uvloop calls a task from C, so its frames lie directly above those of the loop.
            return () if not inner or _is_rest(inner) else inner
    return ()


def _is_rest(inner: Stack) -> bool:
    """Whether the frames that a loop has called wait for events."""
    module = inner[-1].module
    return module in LOOP_SELECTORS or (module in LOOP_RESTS and len(inner) == 1)


def deepest_common(stacks: Iterable[Stack], share: float) -> tuple[Frame, int]:
    """Give the innermost own function that is on at least `share` of the stacks.

    Args:
        stacks: of steps.
        share: from 0 to 1.

    Returns:
        The frame and the number of stacks; where none is on enough of them the own function
        that is on most, else the outermost one of a library.

    """
    steps = list(stacks)
    frames: dict[tuple[str, str], Frame] = {}
    count: Counter[tuple[str, str]] = Counter()
    depth: Counter[tuple[str, str]] = Counter()
    for step in steps:
        seen = set()
        for distance, frame in enumerate(reversed(step)):
            name = (frame.file, frame.function)
            if frame.own and name not in seen:
                seen.add(name)
                frames[name] = frame
                count[name] += 1
                depth[name] += distance
    enough = [name for name in count if count[name] >= share * len(steps)]
    if enough:
        name = max(enough, key=lambda name: depth[name] / count[name])
        return frames[name], count[name]
    if count:
        name = max(count, key=lambda name: (count[name], depth[name]))
        return frames[name], count[name]
    outer = Counter((step[-1].file, step[-1].function) for step in steps if step)
    if not outer:
        return NOWHERE, 0
    (name, times), *_ = outer.most_common(1)
    return next(step[-1] for step in steps if (step[-1].file, step[-1].function) == name), times


def busiest_thread(case: Case) -> tuple[Thread | None, float]:
    """Give the thread that used the most CPU, and how much of one core."""
    latest = case.threads[-1] if case.threads else {}
    loads = [(case.load(number), number) for number in latest]
    if not loads:
        return None, 0.0
    load, number = max(loads)
    return latest[number], load
