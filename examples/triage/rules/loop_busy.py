"""The rule about computation that keeps the event loop."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from examples.triage.case import CERTAIN, LIKELY, POSSIBLE, Case
from examples.triage.loops import Loop, deepest_common, loops_of
from examples.triage.model import NOWHERE, Frame, Snapshot, Task
from examples.triage.places import most_common_place, own_stack, same_function
from examples.triage.rules.rule import Finding, Rule
from examples.triage.waits.kinds import TIMER


class LoopBusy(Rule):
    """The loop computes and no unit of work ends."""

    id = "loop-busy"
    cause = "cpu-bound"
    page = "runbook/causes/cpu-bound.md"
    condition = "The thread of a loop computes all the time, and no unit of work ends."
    sentence = "CPU-bound work on the event loop: hand over to a profiler."
    why = (
        "A loaded service computes too, but its units of work end, or its clients get answers."
        " Only where none does, or where requests lie unread while one function computes for"
        " long, is the computation what keeps the loop."
        " Where no own code is met it is only possible."
        " The place is the deepest own function that is on the stack in most samples; work may"
        " wander below it."
    )
    fewest = 3
    share = 0.8
    certain_share = 0.95
    longest = 0.25  # CPU seconds that a loop may compute while a request lies unread
    shortest = 1.5  # CPU seconds that a single request may well compute for

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.share:.0%} of the samples; certain from {self.certain_share:.0%}; possible"
            f" below {self.shortest:g} s of CPU, and where units of work end while requests lie"
            f" unread for {self.longest:g} s of CPU"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Judge each thread with a loop."""
        for loop in loops_of(case):
            if loop.thread in case.kept_loops or loop.ran < self.fewest:
                continue
            part = max(loop.ran / max(loop.samples, 1), case.load(loop.thread))
            if part < self.share:
                continue
            place, times = self._place(case, loop)
            in_step = times >= self.share * loop.in_step
            late = self._late_samples(case, loop) if in_step and place.own else 0
            stays = in_step and (self._stays(case, place) or 2 * late > case.samples)
            case.undecided |= bool(late)  # a longer look has more of the moments between requests
            confidence = self._confidence(case, loop, part, stays=stays)
            if confidence and (self._answers(case) or self._accepts(case, loop, place)):
                # The units of work of callbacks are in no list, and their clients have answers.
                confidence = POSSIBLE if place.own else ""
            if confidence and not place.own:
                # Whatever a library does on a machine that is short of CPU looks like this.
                confidence = POSSIBLE
                case.undecided = True  # a longer look may meet own code
            if confidence:
                case.kept_loops.add(loop.thread)
                yield self.finding(
                    place, confidence, self._evidence(case, loop, place, times), count=1
                )

    def _place(self, case: Case, loop: Loop) -> tuple[Frame, int]:
        """Give the function that keeps the loop, and the steps that it was on the stack of."""
        steps = loop.running or loop.asleep
        place, times = deepest_common(steps, self.share)
        if times < self.share * len(steps) or not place.own:
            # Steps too short to be met: a task that goes round is ready to run whenever one looks.
            ready = [task.stack for task in case.latest.values() if self._is_ready(case, task)]
            if ready:
                return most_common_place(ready)[0], 0
        return place, times

    @staticmethod
    def _is_ready(case: Case, task: Task) -> bool:
        moments = [snapshot.tasks.get(task.key) for snapshot in case.snapshots]
        return bool(own_stack(task.stack)) and all(
            one is not None and (one.running or not one.future) for one in moments
        )

    def _confidence(self, case: Case, loop: Loop, part: float, *, stays: bool) -> str:
        """Say how sure the rule is; empty where units of work end."""
        came_or_went, moved = self._movement(case, loop)
        if came_or_went:
            # One task that is there all the time and is always in that function spins, and one
            # function that keeps the loop so long that requests lie unread keeps everybody.
            return POSSIBLE if stays else ""
        # By the clock a single request fills any window of a machine that is short of CPU.
        if case.load(loop.thread) * case.window < self.shortest:
            return POSSIBLE
        if moved:
            return LIKELY if part >= self.certain_share else POSSIBLE
        return CERTAIN if part >= self.certain_share else LIKELY

    @staticmethod
    def _answers(case: Case) -> bool:
        """Say whether clients came, went or got data within the window."""
        sets = [_clients_of(snapshot, queued=False) for snapshot in case.snapshots]
        last = case.snapshots[-1].connections if case.snapshots else ()
        return any(one != sets[0] for one in sets) or any(
            one.inbound and one.sent is not None and one.sent < case.window for one in last
        )

    @staticmethod
    def _accepts(case: Case, loop: Loop, place: Frame) -> bool:
        """Say whether clients were accepted between the snapshots, whose requests are in no list.

        Where workers share the socket, it may have been another one, while own code kept this loop
        from going round.
        """
        queues = [_clients_of(snapshot, queued=True) for snapshot in case.snapshots]
        accepted = any(before - after for before, after in zip(queues, queues[1:]))  # 3.9
        turns = any(task.key not in case.grouping.standing for task in _tasks_of(case, loop))
        return accepted and (turns or not place.own)

    def _movement(self, case: Case, loop: Loop) -> tuple[bool, bool]:
        """Say whether tasks of the loop came or went, and whether others than timers moved."""
        sets = [
            {key for key, task in snapshot.tasks.items() if case.thread_of(task) == loop.thread}
            for snapshot in case.snapshots
        ]
        came_or_went = any(one != sets[0] for one in sets)
        moved = any(
            not task.running
            and task.key not in case.grouping.standing
            and case.waiting(task).family != TIMER
            for task in _tasks_of(case, loop)
        )
        return came_or_went, moved

    @staticmethod
    def _stays(case: Case, place: Frame) -> bool:
        # The lifespan of an application waits in the function that each request goes through.
        kept = [
            key
            for key, task in case.latest.items()
            if all(key in snapshot.tasks for snapshot in case.snapshots)
            and not (task.future and key in case.grouping.standing)
        ]
        return place is not NOWHERE and any(
            all(
                any(same_function(frame, place) for frame in snapshot.tasks[key].stack)
                for snapshot in case.snapshots
            )
            for key in kept
        )

    def _late_samples(self, case: Case, loop: Loop) -> int:
        """Count the samples in which requests lay unread, while the loop computed for too long."""
        load = case.load(loop.thread)
        return sum(
            any(
                one.inbound
                and one.state in ("established", "queued")
                and one.unread
                and (one.received or 0.0) * load >= self.longest
                for one in snapshot.connections
            )
            for snapshot in case.snapshots
        )

    def _evidence(self, case: Case, loop: Loop, place: Frame, times: int) -> Iterator[str]:
        yield f"the thread of the loop computed in {loop.ran} of {loop.samples} samples"
        if place.own and not times:
            yield f"a task in {place.function} was ready to run in every sample"
        elif times:
            yield f"{place.function} was on the stack in {times} of {loop.in_step} steps"
        inner = chain(loop.running, loop.asleep)
        leaf, count = deepest_common(inner, 0.5)
        if times and not same_function(leaf, place):
            yield f"below it most are in {leaf.function} ({count})"
        came_or_went, moved = self._movement(case, loop)
        if came_or_went and 2 * self._late_samples(case, loop) > case.samples:
            yield "tasks ended, and meanwhile requests lay unread: no step of the loop reads them"
        elif came_or_went:
            yield "other tasks came and went, and one was in this function all the time"
        elif not moved and case.samples > 1:
            yield case.throughout("no task ended, and none moved but for timers")


def _tasks_of(case: Case, loop: Loop) -> list[Task]:
    return [task for task in case.latest.values() if case.thread_of(task) == loop.thread]


def _clients_of(snapshot: Snapshot, *, queued: bool) -> set[str]:
    """Give the clients that wait to be accepted, or those that have been."""
    return {
        one.inode
        for one in snapshot.connections
        if one.inbound and (one.state == "queued") == queued
    }
