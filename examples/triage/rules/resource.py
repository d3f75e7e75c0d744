"""Rules about something that many want and few hold."""

from __future__ import annotations

from collections.abc import Iterator

from examples.triage.case import ENDING, POSSIBLE, Case
from examples.triage.holders import ENDS, MOVES, Holders
from examples.triage.model import Task
from examples.triage.rules.rule import STARVATION_PAGE, Finding, Rule
from examples.triage.waiters import Waiters
from examples.triage.waits.index import hidden_deadline_of
from examples.triage.waits.kinds import GET, READ, SEMAPHORE, TIMER
from examples.triage.wording import counted


class ResourceRule(Rule):
    """A rule that asks who holds the object, and whether they move.

    Attributes:
        families: what is waited for.
        fewest: waiters that stand still.
        several: waiters behind a holder that moves and gives nothing back.
        may_be_held: whether the rule speaks where somebody holds it.
        lent_on_purpose: families that are there to hold tasks back, so that holders which
            will go on by themselves are no fault.

    """

    cause = "starvation"
    page = STARVATION_PAGE
    families: tuple[str, ...] = ()
    fewest = 1
    several = 2
    may_be_held = True
    lent_on_purpose: tuple[str, ...] = ()

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each object who holds it, and whether they move."""
        holders = Holders(case)
        for waiters in case.of_family(*self.families):
            # What a library waits for inside of itself, without work of yours, is its affair.
            stuck = [
                task
                for task in case.open(waiters.standing)
                if case.waiting(task).place.own or case.unit(task)
            ]
            if len(stuck) >= self.fewest and case.samples > 1:
                yield from self._decide(case, holders, waiters, stuck)

    def _decide(
        self, case: Case, holders: Holders, waiters: Waiters, stuck: list[Task]
    ) -> Iterator[Finding]:
        holding = holders.of(waiters)
        others = [task for task in holding.tasks if task.key not in waiters.keys]
        fate = holders.worst(others) if others else ""
        if fate == MOVES and self._is_kept(case, waiters, others):
            yield self._kept(case, waiters, stuck, others)
        if fate == MOVES or (waiters.left and not (holding.exact and others)):
            return
        if not (self.may_be_held if others else self.speaks_of_lost(waiters)):
            return
        by_itself = fate == ENDS
        if by_itself and (waiters.waiting.family in self.lent_on_purpose or not case.long):
            return
        evidence = [
            case.throughout(f"{counted(len(stuck), 'task')} waited for {waiters.waiting.noun}")
        ]
        if others:
            verb = "holds it" if holding.exact else "seems to hold it"
            evidence.append(f"{others[0].name} {verb}, and {holders.describe(others[0])}")
            if len(others) > 1:
                evidence.append(f"none of the {len(others):,} holders moved")
        elif waiters.waiting.elsewhere:
            evidence.append("no task of this process holds it: another process may, or a dead one")
            evidence += self._own_ones(waiters)
        else:
            evidence.append("no task holds it: it was acquired and never released")
        refill = "" if others else self._may_refill(case, waiters)
        evidence.append(refill)
        # A standby waits for the lock of the leader for as long as that one lives.
        may_be_meant = waiters.waiting.elsewhere and not (
            others or any(case.unit(task) in ENDING or _has_like(task, waiters) for task in stuck)
        )
        may_end = by_itself or may_be_meant or bool(refill) or _may_end(case, others)
        yield self.finding(
            waiters.place,
            POSSIBLE if may_end else case.by_time,
            evidence,
            members=stuck,
            explains=[*waiters.tasks, *others],
        )

    def speaks_of_lost(self, waiters: Waiters) -> bool:  # noqa: ARG002 # for subclasses
        """Whether the rule speaks where no task of this process holds what is waited for."""
        return True

    @staticmethod
    def _may_refill(case: Case, waiters: Waiters) -> str:
        """Name a task that sleeps and may give permits back, as that of a rate limiter does.

        Waiters that take turns may use the same addresses again and again, and seem to stand.
        """
        if waiters.waiting.family != SEMAPHORE:
            return ""
        for task in case.latest.values():
            waiting = case.waiting(task)
            if waiting.family == TIMER and waiting.place.own and not case.unit(task):
                return f"{task.name} sleeps in {waiting.place.function}, and may give some back"
        return ""

    @staticmethod
    def _own_ones(waiters: Waiters) -> Iterator[str]:
        """Name a waiter that has entered an object of the type that it waits for."""
        first = next((task for task in waiters.standing if _has_like(task, waiters)), None)
        if waiters.object is not None and first is not None:
            kind = waiters.object.type
            yield f"{first.name} has entered a {kind} before: maybe it waits for itself"

    def _is_kept(self, case: Case, waiters: Waiters, others: list[Task]) -> bool:
        """Whether what moves gives nothing back: sessions, and background tasks at rest with it.

        A request or a job that moves will end, and so will an import. Who gets through shows that
        something was given back, and a semaphore is there to hold tasks back.
        """
        kept = (
            waiters.waiting.family not in self.lent_on_purpose
            and not waiters.left
            and len(waiters.standing) >= self.several
            and all(_lasts(case, task) for task in others)
            and all(task.key in one.tasks for task in others for one in case.snapshots)
        )
        case.undecided |= kept
        return kept and case.long

    def _kept(self, case: Case, waiters: Waiters, stuck: list[Task], others: list[Task]) -> Finding:
        evidence = (
            case.throughout(f"{counted(len(stuck), 'task')} waited for {waiters.waiting.noun}"),
            f"{others[0].name} seems to hold it, and moves without giving it back",
            "nobody got through: what holds it may keep it for as long as it lives",
        )
        return self.finding(
            waiters.place, POSSIBLE, evidence, members=stuck, explains=waiters.tasks
        )


def _has_like(task: Task, waiters: Waiters) -> bool:
    """Whether a task has entered an object of the type that `waiters` wait for."""
    return waiters.object is not None and any(
        held.object.type == waiters.object.type for held in task.held
    )


def _may_end(case: Case, holders: list[Task]) -> bool:
    """Whether each holder may go on: by a far deadline, or by one that its library hides."""
    return bool(holders) and (
        case.ends_late(holders)
        or all(
            case.waiting(task).family == READ and hidden_deadline_of(task.stack) for task in holders
        )
    )


def _lasts(case: Case, task: Task) -> bool:
    """Whether a task may go on for as long as it lives.

    A session may, and a background task that sleeps at times or waits for its next item.
    """
    rests = any(
        waiting is not None and waiting.family in {TIMER, GET}
        for waiting in case.grouping.history(task.key)
    )
    return case.unit(task) == "session" or (rests and case.unit(task) not in ENDING)
