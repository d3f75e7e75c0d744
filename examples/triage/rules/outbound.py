"""Rules about units of work that wait for the other side of a connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from examples.triage.case import LIKELY, LONG, POSSIBLE, Case
from examples.triage.deadlines import LATE
from examples.triage.model import Frame, Task
from examples.triage.places import same_function
from examples.triage.rules.rule import CANCELLATION_PAGE, Finding, Rule
from examples.triage.waiters import Waiters
from examples.triage.waits.index import hidden_deadline_of
from examples.triage.wording import counted, spoken

BARE = ("asyncio", "anyio", "socket", "ssl")
COMMANDS = ("redis",)  # libraries whose commands may ask for new work


class OutboundRule(Rule):
    """A rule about a wait that only the outside can end, with no deadline above it.

    Attributes:
        families: what is waited for.
        what: the wait in words.
        several: tasks that make it likely, in a window or a silence that is long.

    """

    cause = "missing-cancellation"
    page = CANCELLATION_PAGE
    families: tuple[str, ...] = ()
    what = ""
    several = 2

    @property
    def threshold(self) -> str:
        """How much is needed."""
        return (
            f"1 task, throughout; likely for {self.several} tasks, or a silence of twice as long,"
            f" from {LONG:g} s on, with no deadline at all"
        )

    def judge(self, case: Case) -> Iterator[Finding]:
        """Ask of each place whether tasks stand there without a deadline."""
        if case.samples < 2:
            return
        waiters = case.of_family(*self.families)
        standing = [task for one in waiters for task in one.standing]
        for tasks in at_one_place(case, [*case.open(standing), *self.polling(case)]):
            stuck = [
                task
                for task in tasks
                if case.in_flight(task)
                and not case.deadline(task)
                and not self.may_be_meant(case, task)
                and not self.is_part(case, task)
            ]
            if stuck and self.applies(case, stuck) and not takes_its_time(case, stuck, waiters):
                yield self._found(case, stuck)

    def is_part(self, case: Case, task: Task) -> bool:
        """Whether a library made the task for a call that another one here waits for."""
        above = (case.by_id[number] for number in task.awaiters if number in case.by_id)
        return not case.waiting(task).place.own and any(
            case.waiting(one).place.own and case.waiting(one).family in self.families
            for one in above
        )

    def applies(self, case: Case, stuck: list[Task]) -> bool:
        """Whether the outside looks as it ought to for this wait."""
        raise NotImplementedError

    def polling(self, case: Case) -> list[Task]:  # noqa: ARG002 # for subclasses
        """Give further tasks that wait, although they wake now and then to see whether to."""
        return []

    @staticmethod
    def may_be_meant(case: Case, task: Task) -> bool:
        """Whether it may wait for new work: BLPOP is a command, and a job may follow a stream.

        A read of a bare stream in the middle of a unit of work is own code's way to ask, and a
        request that reads from another server waits for its answer.
        """
        waiting = case.waiting(task)
        library = waiting.module.partition(".")[0]
        is_request = library in BARE or (case.unit(task) == "request" and library not in COMMANDS)
        return waiting.new_work and not is_request

    def silence(self, case: Case, stuck: list[Task]) -> float:
        """Give the seconds for which the other sides have said nothing; 0 when not known."""
        ages = case.unanswered()[: len(stuck)]
        return ages[-1] if ages else 0.0

    def details(self, case: Case, stuck: list[Task]) -> Iterator[str]:
        """Say what the connections show."""
        silence = self.silence(case, stuck)
        kept = len(case.kept_connections())
        if silence > case.window:
            yield f"the other side owes an answer for {spoken(silence)}"
        elif kept:
            yield case.throughout(f"{counted(kept, 'connection')} to the outside stayed open")

    def is_old(self, case: Case, stuck: list[Task]) -> bool:
        """Whether the wait has lasted for so long that this is evidence by itself."""
        age = max(self.silence(case, stuck), case.window)
        return age >= 2 * LONG or ((case.long or age >= LONG) and len(stuck) >= self.several)

    def _found(self, case: Case, stuck: list[Task]) -> Finding:
        unit = case.unit(stuck[0]) or "task"
        hidden = hidden_deadline_of(stuck[0].stack)
        evidence = [
            case.throughout(f"{counted(len(stuck), unit)} {self.what}"),
            *self.details(case, stuck),
            case.unlimited(stuck),
            f"a timeout of {hidden} itself does not show on a stack" if hidden else "",
        ]
        may_end = case.ends_late(stuck) or (hidden and self.silence(case, stuck) < LATE)
        sure = self.is_old(case, stuck) and not may_end
        return self.finding(
            asked_from(case, stuck[0]), LIKELY if sure else POSSIBLE, evidence, members=stuck
        )


def asked_from(case: Case, task: Task) -> Frame:
    """Give where a task waits: in own code above it, where a library made it for one call."""
    place = case.waiting(task).place
    seen = {task.id}
    while not case.waiting(task).place.own and len(task.awaiters) == 1:
        above = case.by_id.get(task.awaiters[0])
        if above is None or above.id in seen:
            return place
        seen.add(above.id)
        task = above
    found = case.waiting(task).place
    return found if found.own else place


def takes_its_time(case: Case, stuck: list[Task], waiters: Iterable[Waiters]) -> bool:
    """Whether these have minutes for a wait that others at the same place have got through."""
    place = case.waiting(stuck[0]).place
    answered = any(one.left and same_function(one.place, place) for one in waiters)
    return answered and case.ends_late(stuck)


def by_place(case: Case, families: tuple[str, ...]) -> list[list[Task]]:
    """Give the standing tasks that wait for one of `families`, by the function of the place."""
    return at_one_place(
        case,
        [task for waiters in case.of_family(*families) for task in waiters.standing],
    )


def at_one_place(case: Case, tasks: Iterable[Task]) -> list[list[Task]]:
    """Sort tasks by the function of the place at which they wait, the most first."""
    found: dict[tuple[str, str], list[Task]] = {}
    for task in tasks:
        place = case.waiting(task).place
        found.setdefault((place.file, place.function), []).append(task)
    return sorted(found.values(), key=lambda tasks: -len(tasks))
