"""The rule about tasks that outlive what they were started for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from examples.triage.case import POSSIBLE, Case, steps_of
from examples.triage.model import Task
from examples.triage.places import most_common_place
from examples.triage.rules.rule import CANCELLATION_PAGE, Finding, Rule
from examples.triage.wording import counted


class Orphans(Rule):
    """Tasks that nobody awaits outnumber the clients."""

    id = "orphans"
    cause = "missing-cancellation"
    page = CANCELLATION_PAGE
    condition = (
        "Tasks of one origin that nobody awaits were started one by one and outnumber the clients."
    )
    sentence = "Task leak: these may have been started for something that is over."
    why = (
        "A fixed set of workers is started at once, so the numbers in the names of its tasks"
        " follow each other. Pollers that a client added and still wants look the same as ones"
        " that nobody ended: a second capture, after clients have left, decides."
    )
    fewest = 3
    gaps = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"{self.fewest} more than clients, with {self.gaps} gaps in the numbers of their names,"
            " in every sample"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Look at the tasks by the function in which they began."""
        if case.clients is None or case.samples < 2:
            return
        by_origin: dict[tuple[str, str], list[Task]] = defaultdict(list)
        for key, task in case.latest.items():
            kept = all(key in snapshot.tasks for snapshot in case.snapshots)
            if kept and not task.awaiters and task.stack and task.stack[-1].own:
                by_origin[task.stack[-1].file, task.stack[-1].function].append(task)
        for tasks in by_origin.values():
            numbers = sorted(
                int(found[1]) for task in tasks if (found := re.search(r"(\d+)$", task.name))
            )
            gaps = sum(step > 1 for step in steps_of(numbers))
            fresh = [task for task in tasks if task.key not in case.explained]
            if len(numbers) - case.clients >= self.fewest and gaps >= self.gaps and fresh:
                place, _ = most_common_place(task.stack for task in tasks)
                evidence = (
                    case.throughout(
                        f"{counted(len(tasks), 'task')} of this kind were there, awaited by no task"
                    ),
                    f"the process had at most {counted(case.clients, 'client')} connected",
                    (
                        f"the numbers in their names, {numbers[0]} to {numbers[-1]}, have {gaps}"
                        " gaps, so they were started one by one and not as a set"
                    ),
                    "compare with a capture from before clients left: tasks that stay are leaked",
                )
                yield self.finding(place, POSSIBLE, evidence, members=tasks)
