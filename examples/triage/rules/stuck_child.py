"""The rule about a child process that waits for its parent."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.asleep import family_of
from examples.triage.case import ENDING, LIKELY, LONG, POSSIBLE, Case
from examples.triage.children import is_pool_worker_at_rest, living_in, standing_children
from examples.triage.executors import Executors, worker_index
from examples.triage.model import Child, Task, Thread
from examples.triage.places import own_frame, place_of
from examples.triage.rules.outbound import by_place
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waits.kinds import CHILD, READ
from examples.triage.wording import counted

# A process ends only when what it has put into its queues is read.
FEEDS = "multiprocessing.queues:Queue._finalize_join"


class StuckChild(Rule):
    """A child process that cannot go on by itself, and its parent waits for it."""

    id = "stuck-child"
    cause = "starvation"
    page = STARVATION_PAGE
    condition = (
        "Tasks or a thread wait for a child process that sleeps in the write to a full pipe, or in"
        " the read of one that nobody closes, or that a signal has stopped, or of"
        " which none is left."
    )
    sentence = "The child cannot go on by itself, and the parent waits for the child."
    why = (
        "A pipe holds 64 KiB. A child that sleeps in the write to a full one goes on only when"
        " somebody reads, and whoever waits for its end does not."
        " A child that reads its input goes on only when somebody writes or closes it. Programs"
        " that serve for as long as they live read too, so that counts only where a unit of work"
        " waits, or somebody reads to the end."
        " Where no child is left, the wait for its output goes on until whoever has inherited the"
        " pipe closes it."
        " A child that was stopped goes on only when somebody sends it SIGCONT."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.fewest} child, in every sample; for the read of its input likely from"
            f" {LONG:g} s on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find children that sleep in a pipe, or are stopped, while tasks wait for them."""
        if case.samples < 2:
            return
        standing = standing_children(case)
        asleep = [one for one in standing if not is_pool_worker_at_rest(one)]
        writing = [child for child in asleep if "pipe_write" in child.channel]
        reading = [child for child in asleep if "pipe_read" in child.channel]
        stopped = [child for child in standing if child.state == "T"]
        unread = [one for one in asleep if any(frame.name == FEEDS for frame in one.stack)]
        for children, what in (
            (writing, "slept in the write to a full pipe"),
            (unread, "waited until somebody reads what they have put into a queue"),
            (stopped, "were stopped by a signal"),
        ):
            if len(children) < self.fewest:
                continue
            for tasks in by_place(case, (CHILD,)):
                if stuck := case.open(tasks):
                    yield self._found(case, stuck, children, what, LIKELY)
            if threads := self._threads(case):
                yield self._found_threads(case, threads, children, what)
        yield from self._of_none(case)
        for tasks in by_place(case, (CHILD, READ)):
            stuck = [task for task in case.open(tasks) if self._needs_end(case, task)]
            if len(reading) >= self.fewest and stuck:
                what = "slept in the read of its input"
                yield self._found(case, stuck, reading, what, case.by_time)

    @staticmethod
    def _needs_end(case: Case, task: Task) -> bool:
        """Whether a task waits for all that a child has to say."""
        waiting = case.waiting(task)
        if waiting.family == READ and not waiting.module.startswith("asyncio."):
            return False
        to_the_end = waiting.function.endswith("communicate") or (
            waiting.family == READ and not waiting.new_work
        )
        return to_the_end or case.unit(task) in ENDING

    @staticmethod
    def _threads(case: Case) -> list[Thread]:
        """Give the threads of own code that sleep until a child ends, with no timeout."""
        executors = Executors(case)
        return [
            thread
            for thread in (case.last.threads.values() if case.last else ())
            if own_frame(thread.stack)
            and executors.stands(thread)
            and worker_index(thread.stack) is None
            and family_of(thread) == CHILD
        ]

    def _found_threads(
        self, case: Case, threads: list[Thread], children: list[Child], what: str
    ) -> Finding:
        evidence = (
            case.throughout(f"{counted(len(threads), 'thread')} waited for a child process"),
            case.throughout(f"{len(children)} of the child processes {what}"),
        )
        place = place_of(threads[0].stack)
        latest = case.last.threads.values() if case.last else ()
        # Another thread may read what the child writes, and take its time.
        others = [one for one in latest if own_frame(one.stack) and one not in threads]
        confidence = POSSIBLE if others else LIKELY
        return self.finding(place, confidence, evidence, count=len(threads))

    def _of_none(self, case: Case) -> Iterator[Finding]:
        """Find tasks that wait for a child although none was there."""
        if any(map(living_in, case.snapshots)):
            return
        for tasks in by_place(case, (CHILD,)):
            stuck = [task for task in case.open(tasks) if case.waiting(task).place.own]
            if stuck:
                evidence = (
                    case.throughout(f"{counted(len(stuck), 'task')} waited for a child process"),
                    "no child process is left: one that it started itself may keep its output open",
                )
                place = case.waiting(stuck[0]).place
                yield self.finding(place, case.by_time, evidence, members=stuck)

    def _found(
        self, case: Case, stuck: list[Task], children: list[Child], what: str, confidence: str
    ) -> Finding:
        evidence = (
            case.throughout(f"{counted(len(stuck), 'task')} waited for a child process"),
            case.throughout(f"{len(children)} of the child processes {what}"),
        )
        place = case.waiting(stuck[0]).place
        return self.finding(place, confidence, evidence, members=stuck)
