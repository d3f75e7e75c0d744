"""The rule about tasks that become more and more."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LIKELY, LONG, POSSIBLE, Case, steps_of
from examples.triage.group import SHARED, Group
from examples.triage.growth import compare
from examples.triage.model import Frame
from examples.triage.places import own_frame
from examples.triage.rules.rule import RUNAWAY_PAGE, Finding, Rule
from examples.triage.wording import counted, spoken


class Runaway(Rule):
    """Tasks are created faster than they finish."""

    id = "runaway"
    cause = "runaway-tasks"
    page = RUNAWAY_PAGE
    condition = (
        "The tasks at one place become more in every sample and none of them ends, or far too many"
        " of them wait for the same thing."
    )
    sentence = "Unbounded task creation: tasks are created faster than they finish."
    why = (
        "Load that comes and goes makes the count go up and down, and its tasks end."
        " Requests and sessions are not counted, since each has a client to show for it, nor are"
        " many tasks that only sleep. A queue that gets shorter is a batch at work."
    )
    fewest = 10  # more tasks
    surely = 50  # more tasks
    steps = 2  # from one sample to the next
    many = 1_000  # tasks for one thing: more than a service starts on purpose
    later = 20  # more tasks than in an earlier capture

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.fewest} more over {self.steps + 1} samples, or {self.surely} over 2, which are"
            " likely;"
            f" {self.many:,} that wait for one thing, likely from {LONG:g} s on; {self.later} more"
            " than in an earlier capture"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each group whether it grows, and whether any member ends."""
        yield from self._since_before(case)
        for group in case.groups:
            if not group.tasks or self._has_clients(case, group):
                continue
            confidence, evidence = self._growth(case, group)
            queue = [task for task in group.standing if task.key not in case.explained]
            many = len(queue) >= self.many and group.family in SHARED and case.samples > 1
            # A batch that was started at once gets through, and becomes less.
            if many and group.delta >= 0:
                confidence = case.by_time
                evidence = case.throughout(
                    f"{counted(len(queue), 'task')} waited for {group.waiting.noun}"
                )
            place = self._place(case, group)
            if confidence and place is not None:
                # How many there are is one thing, and what they wait for another.
                yield self.finding(place, confidence, (evidence,), count=group.counts[-1])

    def _growth(self, case: Case, group: Group) -> tuple[str, str]:
        counts = group.counts
        steps = steps_of(counts)
        enough = len(steps) >= self.steps or (steps and group.delta >= self.surely)
        grows = enough and all(step > 0 for step in steps)
        if not grows or group.delta < self.fewest or group.left * 10 > group.delta:
            return "", ""
        rate = group.delta / max(case.window, 0.1)
        words = (
            f"the count went up in every sample, from {counts[0]:,} to {counts[-1]:,} in"
            f" {spoken(case.window)} ({rate:.0f} a second), and"
            f" {'none' if not group.left else 'few'} of them ended"
        )
        return (LIKELY if group.delta >= self.surely else POSSIBLE), words

    def _since_before(self, case: Case) -> Iterator[Finding]:
        """Ask of an earlier capture what has grown since, and whether its tasks have ended."""
        if case.before is None:
            return
        alike = {
            (group.place.file, group.place.function, group.waiting_on): group
            for group in case.groups
        }
        for growth in compare(case.before, case.process):
            group = alike.get((growth.place.file, growth.place.function, growth.waiting_on))
            more, ended = growth.after - growth.before, growth.before - growth.kept
            if group is None or more < self.later or ended * 10 > more:
                continue
            place = self._place(case, group)
            if place is not None and not self._has_clients(case, group):
                words = (
                    f"there are {more:,} more than in the earlier capture, {growth.rate:.1f} a"
                    f" minute, and {'none' if not ended else 'few'} of the first ended"
                )
                yield self.finding(place, LIKELY, (words,), members=group.tasks)

    @staticmethod
    def _has_clients(case: Case, group: Group) -> bool:
        return case.unit(group.tasks[0]) in {"request", "session"}

    @staticmethod
    def _place(case: Case, group: Group) -> Frame | None:
        """Give the place of the group, else that of a task which awaits one of its members."""
        if group.own:
            return group.place
        for snapshot in reversed(case.snapshots):
            by_id = {task.id: task for task in snapshot.tasks.values()}
            for task in group.tasks:
                member = snapshot.tasks.get(task.key)
                for number in member.awaiters if member else ():
                    frame = own_frame(by_id[number].stack) if number in by_id else None
                    if frame is not None:
                        return frame
        return None
