"""The rule about a queue whose items are never done."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import LONG, POSSIBLE, Case
from examples.triage.rules.rule import LOST_WORK_PAGE, Finding, Rule
from examples.triage.waits.kinds import GET, JOIN
from examples.triage.wording import counted


class QueueJoin(Rule):
    """Tasks wait until a queue is done, and nobody works on it."""

    id = "queue-join"
    cause = "lost-work"
    page = LOST_WORK_PAGE
    condition = "Tasks wait in join() of a queue, and nobody works on its items."
    sentence = (
        "The items of this queue are never done: their consumer is gone or forgets to say so."
    )
    why = (
        "A consumer that works on an item is not in get(). Where all consumers of the same queue"
        " wait for the next item, the missing task_done() was forgotten; where there are none,"
        " they have died."
    )
    fewest = 1

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return f"{self.fewest} task, throughout; likely from {LONG:g} s on"

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each queue who works on its items."""
        for waiters in case.of_family(JOIN):
            stuck = case.open(waiters.standing)
            if len(stuck) < self.fewest or case.samples < 2:
                continue
            known = waiters.object
            takers = [
                task
                for task in case.latest.values()
                if known is not None
                and case.waiting(task).family == GET
                and (case.waiting(task).object or known._replace(address=0)).address
                == known.address
            ]
            # Who is in the middle of an item cannot be told from who has another queue.
            others = [
                task
                for task in case.latest.values()
                if not case.stands(task) and task.stack and task.stack[-1].own
            ]
            if any(not case.stands(task) for task in takers):
                continue
            evidence = (
                case.throughout(f"{counted(len(stuck), 'task')} waited until the queue is done"),
                (
                    f"{counted(len(takers), 'task')} waited for its next item meanwhile"
                    if takers
                    else "no task waits for its next item"
                ),
            )
            sure = bool(takers) or not others
            yield self.finding(
                waiters.place, case.by_time if sure else POSSIBLE, evidence, members=stuck
            )
