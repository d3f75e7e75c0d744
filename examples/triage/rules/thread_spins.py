"""The rule about threads that ask again and again without a pause."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LONG, Case
from examples.triage.executors import Executors, work_of
from examples.triage.loops import loops_of
from examples.triage.model import Frame, Stack, Thread
from examples.triage.places import most_common_place, own_frame, same_function
from examples.triage.rules.rule import Finding, Rule
from examples.triage.waits.index import wait_of

# What asks whether something is there or done, and returns at once.
ASKS = (
    "concurrent.futures._base:Future.done",
    "multiprocessing.process:BaseProcess.is_alive",
    "multiprocessing.queues:Queue.empty",
    "queue:Queue.empty",
    "queue:Queue.get_nowait",
    "queue:Queue.qsize",
    "subprocess:Popen.poll",
    "threading:Event.is_set",
    "threading:Thread.is_alive",
)


class ThreadSpins(Rule):
    """A thread without an event loop computes, and all that it does is ask."""

    id = "thread-spins"
    cause = "cpu-bound"
    page = "runbook/causes/cpu-bound.md"
    condition = (
        "A thread without an event loop computes all the time in one own function, which calls"
        " nothing but what waits or asks: a queue, a socket, an event, a child."
    )
    sentence = "Busy waiting: this thread asks without a pause, and takes the CPU from the others."
    why = (
        "A thread that waits sleeps. One that is in the wait of a queue or of a connection whenever"
        " one looks, and computes there, has told it not to wait."
        " A thread that works through a full queue calls other functions of yours as well."
    )
    fewest = 8  # looks
    share = 0.8
    asking_share = 0.5
    least_load = 0.1  # CPU seconds a second: one that asks now and then may wait for the CPU

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.share:.0%} of {self.fewest} or more looks, {self.asking_share:.0%} of them in"
            f" what waits or asks; likely from {LONG:g} s on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each thread whether it computes, and what it calls."""
        loops = {loop.thread for loop in loops_of(case)}
        for thread in Executors(case).latest.values():
            history = case.thread_history(thread.id)
            load = case.load(thread.id)
            if thread.id in loops or len(history) < self.fewest or load < self.least_load:
                continue
            part = max(sum(one.state == "R" for one in history) / len(history), load)
            if part >= self.share and (asking := self._asking(history)):
                yield self._found(case, history, asking)

    def _asking(self, history: list[Thread]) -> int:
        """Count the looks that met it in what waits or asks; 0 where it does anything else."""
        # A stack in motion cannot always be read.
        stacks = [work_of(thread.stack) for thread in history if thread.stack]
        place, _ = most_common_place(stacks)
        here = [stack for stack in stacks if _is_in(stack, place)]
        asking = sum(map(_asks, here))
        only_asks = sum(_asks(stack) or stack[0].own for stack in here)
        enough = asking >= self.asking_share * len(stacks)
        return asking if enough and only_asks >= self.share * len(stacks) else 0

    def _found(self, case: Case, history: list[Thread], asking: int) -> Finding:
        place, _ = most_common_place(work_of(thread.stack) for thread in history)
        ran = sum(one.state == "R" for one in history)
        load = case.load(history[-1].id)
        looks = f"{ran} of {len(history)} looks"
        evidence = (
            f"a thread without an event loop computed in {looks}, at {load:.0%} of a core",
            f"it was in {place.function} all the time, {asking} times in a call that waits or asks",
        )
        return self.finding(place, case.by_time, evidence, count=1)


def _is_in(stack: Stack, place: Frame) -> bool:
    own = own_frame(stack)
    return own is not None and same_function(own, place)


def _asks(stack: Stack) -> bool:
    """Whether own code calls what waits, or what asks and returns at once."""
    own = next((number for number, frame in enumerate(stack) if frame.own), len(stack))
    wait = wait_of(stack)
    return (wait is not None and wait[1] < own) or any(frame.name in ASKS for frame in stack[:own])
