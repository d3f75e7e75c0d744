"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from examples.triage.case import Case
from examples.triage.model import Frame, Key, Task

STARVATION_PAGE = "runbook/causes/starvation.md"
CANCELLATION_PAGE = "runbook/causes/missing-cancellation.md"
LOST_WORK_PAGE = "runbook/causes/lost-work.md"
RUNAWAY_PAGE = "runbook/causes/runaway-tasks.md"


@dataclass(frozen=True)
class Finding:
    """A named cause at a place, with what speaks for it.

    Attributes:
        rule: the rule that found it.
        place: where in the code.
        tasks: how many tasks it is about.
        confidence: possible, likely or certain.
        evidence: what was seen, in sentences without a full stop.
        members: keys of the tasks that it explains.

    """

    rule: type[Rule]
    place: Frame
    tasks: int
    confidence: str
    evidence: tuple[str, ...]
    members: frozenset[Key] = field(default=frozenset(), repr=False)


class Rule:
    """One rule.

    Attributes:
        id: its name.
        cause: the cause that it names.
        page: where the runbook goes on.
        condition: when it fires.
        sentence: what it says about the place.
        why: why this is honest evidence, and what is not.

    """

    id = ""
    cause = ""
    page = ""
    condition = ""
    sentence = ""
    why = ""

    @property
    def threshold(self) -> str:
        """How much is needed, from the numbers of the rule."""
        raise NotImplementedError

    def judge(self, case: Case) -> Iterable[Finding]:
        """Find what the rule is about."""
        raise NotImplementedError

    def finding(  # noqa: PLR0913 # two are needed, the rest have names
        self,
        place: Frame,
        confidence: str,
        evidence: Iterable[str],
        *,
        members: Iterable[Task] = (),
        explains: Iterable[Task] = (),
        count: int | None = None,
    ) -> Finding:
        """Make a finding of this rule.

        Args:
            place: where in the code.
            confidence: possible, likely or certain.
            evidence: sentences; empty ones are dropped.
            members: the tasks that it is about.
            explains: further tasks that no other rule needs to speak about.
            count: how many tasks it is about, where that is not the number of members.

        """
        tasks = list(members)
        keys = frozenset(task.key for task in (*tasks, *explains))
        number = len(tasks) if count is None else count
        return Finding(type(self), place, number, confidence, tuple(filter(None, evidence)), keys)
