"""The rule about retries without an end."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LIKELY, LONG, POSSIBLE, Case
from examples.triage.model import Frame, Task
from examples.triage.places import same_function
from examples.triage.rules.rule import CANCELLATION_PAGE, Finding, Rule
from examples.triage.waits.kinds import RETRY, TIMER
from examples.triage.wording import counted


class RetryLoop(Rule):
    """Requests sleep between attempts."""

    id = "retry-loop"
    cause = "missing-cancellation"
    page = CANCELLATION_PAGE
    condition = "Requests sleep in the same function for the whole window, with no deadline."
    sentence = "Requests sleep and try again, and no deadline ends that."
    why = (
        "A background task may sleep for as long as it likes; a request has a client that waits."
        " A job may sleep too, unless a library for retries makes it, and then it is possible."
        " A streaming response is no request in this sense, and one sleep that still lasts is only"
        " possibly one of many."
    )
    share = 0.5
    several = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"a timer in {self.share:.0%} of the samples; likely for {self.several} requests that"
            f" slept more than once, from {LONG:g} s on"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Find requests that were there all the time, and mostly asleep in one function."""
        if case.samples < 2:
            return
        found: dict[tuple[str, str], list[tuple[Frame, Task]]] = {}
        for task in case.latest.values():
            if self._has_to_end(case, task) and task.key not in case.explained:
                place = self._place(case, task)
                if place is not None and not case.deadline(task):
                    found.setdefault((place.file, place.function), []).append((place, task))
        for entries in found.values():
            tasks = [task for _, task in entries]
            again = [task for task in tasks if not case.stands(task)]
            if not again and not case.long:
                case.undecided = True  # one sleep is no retry, until it is a long one
                continue
            many = len(again) >= self.several and not case.ends_late(tasks)
            sure = case.long and many and case.unit(tasks[0]) != "job"
            evidence = (
                case.throughout(
                    f"{counted(len(tasks), case.unit(tasks[0]))} slept here"
                    f"{' again and again' if again else ''}"
                ),
                case.unlimited(tasks),
            )
            yield self.finding(entries[0][0], LIKELY if sure else POSSIBLE, evidence, members=tasks)

    @staticmethod
    def _has_to_end(case: Case, task: Task) -> bool:
        """Whether somebody waits for it: a job may sleep, unless a library retries for it."""
        unit = case.unit(task)
        retries = unit == "job" and case.waiting(task).family == RETRY
        return retries or unit in {"request", "message"}

    def _place(self, case: Case, task: Task) -> Frame | None:
        history = case.grouping.history(task.key)
        if None in history or case.thread_of(task) in case.kept_loops:
            return None
        asleep = [
            waiting.place
            for waiting in history
            if waiting is not None and waiting.family in {TIMER, RETRY}
        ]
        if len(asleep) < self.share * len(history) or not asleep[-1].own:
            return None
        return asleep[-1] if all(same_function(asleep[-1], one) for one in asleep) else None
