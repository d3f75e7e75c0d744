"""The rule about tasks that become more and more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from examples.triage.case import LIKELY, LONG, POSSIBLE, Case, steps_of
from examples.triage.executors import worker_index
from examples.triage.group import SHARED, Group
from examples.triage.growth import compare
from examples.triage.model import Frame, Stack, Thread
from examples.triage.places import most_common_place, own_frame
from examples.triage.rules.rule import RUNAWAY_PAGE, Finding, Rule
from examples.triage.waits.index import root_of
from examples.triage.wording import counted, spoken


class Runaway(Rule):
    """Tasks are created faster than they finish."""

    id = "runaway"
    cause = "runaway-tasks"
    page = RUNAWAY_PAGE
    condition = (
        "The tasks at one place, or the threads of one own function, become more and none of them"
        " ends, or far too many tasks wait for the same thing."
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
    threads = 20  # at least, beside those of pools
    later = 20  # more tasks than in an earlier capture

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.fewest} more over {self.steps + 1} samples, in both halves of the window, or"
            f" {self.surely} over 2, which are likely;"
            f" {self.many:,} that wait for one thing, likely from {LONG:g} s on; {self.later} more"
            f" than in an earlier capture; {self.fewest} more threads of one function, of"
            f" {self.threads} at least, likely from {self.surely} more on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each group whether it grows, and whether any member ends."""
        yield from self._since_before(case)
        yield from self._threads(case)
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
        # A service on a full machine may stand still from one sample to the next, and so may one
        # that starts its tasks in rounds. A burst is over before the second half.
        middle = len(counts) // 2
        grows = counts[0] < counts[middle] < counts[-1] or (
            len(counts) <= self.steps and group.delta >= self.surely
        )
        falls = any(step < 0 for step in steps_of(counts))
        if not grows or falls or group.delta < self.fewest or group.left * 10 > group.delta:
            return "", ""
        rate = group.delta / max(case.window, 0.1)
        words = (
            f"the count went from {counts[0]:,} to {counts[-1]:,} in {spoken(case.window)}"
            f" ({rate:.0f} a second) and never down, and"
            f" {'none' if not group.left else 'few'} of them ended"
        )
        return (LIKELY if group.delta >= self.surely else POSSIBLE), words

    def _threads(self, case: Case) -> Iterator[Finding]:
        """Ask whether threads of one own function become more, and none of them ends."""
        moments = [_threads_by_origin(one.threads.values()) for one in case.snapshots]
        for origin, latest in (moments[-1] if moments else {}).items():
            sets = [moment.get(origin, {}) for moment in moments]
            counts = [len(one) for one in sets]
            steps = steps_of(counts)
            if (
                len(latest) < self.threads
                or len(steps) < self.steps
                or min(steps) < 0
                or counts[-1] - counts[0] < self.fewest
                or any(number not in latest for one in sets for number in one)
            ):
                continue
            place, _ = most_common_place(latest.values())
            words = (
                f"the threads of {origin[1]} went from {counts[0]:,} to {counts[-1]:,} in"
                f" {spoken(case.window)}, and none of them ended"
            )
            sure = counts[-1] - counts[0] >= self.surely
            yield self.finding(place, LIKELY if sure else POSSIBLE, (words,), count=counts[-1])

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


def _threads_by_origin(threads: Iterable[Thread]) -> dict[tuple[str, str], dict[int, Stack]]:
    """Give the threads beside those of pools, by the own function in which each began."""
    found: dict[tuple[str, str], dict[int, Stack]] = defaultdict(dict)
    for thread in threads:
        outer = next((frame for frame in reversed(thread.stack) if frame.own), None)
        if outer is None or worker_index(thread.stack) is not None:
            continue
        # A thread that serves a request has a client to show for it.
        if root_of(thread.stack) is None:
            found[outer.file, outer.function][thread.id] = thread.stack
    return found
