"""The rule about calls that block the event loop."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import CERTAIN, LIKELY, Case
from examples.triage.loops import LOOP_SELECTORS, Loop, loops_of
from examples.triage.model import Frame, Stack
from examples.triage.places import most_common_place, place_of, same_function
from examples.triage.rules.rule import Finding, Rule

BRIEF = ("Popen._execute_child",)


class LoopBlocked(Rule):
    """A call sleeps inside a step of the loop."""

    id = "loop-blocked"
    cause = "blocking-io"
    page = "runbook/causes/blocking-io.md"
    condition = "The thread of a loop sleeps in the same function, inside a step of the loop."
    sentence = "Blocking call on the event loop: no other task can run while it lasts."
    why = (
        "A thread that waits for events sleeps in the selector."
        " One that sleeps anywhere else in a step of the loop has called something that blocks."
        " The rule is silent where other threads compute and this one wakes again and again,"
        " since the sleep is then the wait for the GIL, and where a step asks a selector of its own"
        " for an instant, again and again."
    )
    fewest = 3
    share = 0.25
    certain_share = 0.9
    others_load = 0.5  # CPU seconds a second of all other threads
    polls = 10  # times a second: a selector that a step asks again and again
    gil_wakes = 50  # times a second: a thread that waits for the GIL wakes every 5 ms

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.fewest} samples and {self.share:.0%} of them; certain from"
            f" {self.certain_share:.0%}"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Judge each thread with a loop."""
        for loop in loops_of(case):
            # To start a child takes a moment in a call that waits for it.
            calls = [step for step in loop.asleep if step[0].function not in BRIEF]
            place, times = most_common_place(calls)
            part = times / max(loop.samples, 1)
            if times < self.fewest or part < self.share or self._waits_for_gil(case, loop):
                continue
            stack = self._stack(loop, place)
            if self._polls(case, loop, stack):
                continue
            case.kept_loops.add(loop.thread)
            evidence = [
                f"the thread slept inside {place.function} in {times} of {loop.samples} samples",
                "no other task can run while this call blocks",
            ]
            if stack[0] != place:
                evidence.append(
                    f"the innermost call is {stack[0].function}, which blocks the thread"
                )
            yield self.finding(
                place, CERTAIN if part >= self.certain_share else LIKELY, evidence, count=1
            )

    def _polls(self, case: Case, loop: Loop, stack: Stack) -> bool:
        """Whether the step asks a selector of its own, and lets the loop go on in between."""
        return stack[0].module in LOOP_SELECTORS and case.switches(loop.thread) >= self.polls

    def _waits_for_gil(self, case: Case, loop: Loop) -> bool:
        latest = case.threads[-1]
        others = sum(case.load(number) for number in latest if number != loop.thread)
        return others > self.others_load and case.switches(loop.thread) > self.gil_wakes

    @staticmethod
    def _stack(loop: Loop, place: Frame) -> Stack:
        return next(
            stack for stack in reversed(loop.asleep) if same_function(place_of(stack), place)
        )
