"""The report writes names, numbers and columns as people do."""

import re
from dataclasses import replace

from examples.triage.outcome import Verdict, judge
from examples.triage.say.text import table_of, text_of
from examples.triage.say.words import COLUMNS, Invocation, Painter
from tests.triage.judge.cases import (
    JOB,
    LOCK,
    READ,
    SLEEP,
    many,
    task,
    thing,
    timeline,
    verdict,
)

STARTED = Invocation("python triage.py", "triage.py")


def text(result: Verdict) -> str:
    """Write the report on one process, with each wrapped line joined."""
    return " ".join("\n".join(text_of(result, Painter(on=False), STARTED)).split())


def queue(waiters: int) -> Verdict:
    """Judge tasks that wait for a lock whose holder stands still."""
    lock = thing("Lock")
    holder = task("holder", *READ, "fetch", "quote", JOB, holds=[lock])
    return verdict(holder, *many(waiters, "waiter", *LOCK, "quote", JOB, wants=lock))


def test_task_without_a_frame_has_words() -> None:
    """The list of library tasks never has an empty name in it."""
    result = verdict(task("bare"), task("pumps", "uvicorn.server:Server.main_loop"))

    assert text(result).endswith("2 tasks of libraries: (no frame), Server.main_loop")


def test_numbers_are_written_in_one_way() -> None:
    """A number in the evidence and in the table has the same separators."""
    shown = text(queue(2_990))

    assert shown.count("2,990") > 1
    assert "2990" not in shown


def test_one_is_singular() -> None:
    """One task is not tasks."""
    shown = text(queue(1))

    assert "1 task waited" in shown
    assert "1 tasks" not in shown


def test_columns_line_up() -> None:
    """Each column begins below its title, also where a number is as wide as it gets."""
    few = task("few", *SLEEP, "few")
    result = judge(timeline([few], [few, *many(1, "grew", *SLEEP, "grew")]))
    (group, *rest) = result.groups
    result.groups = [replace(group, tasks=group.tasks * 1_234_567), *rest]
    _, head, *rows = table_of(result)
    begin = head.index("your code")

    assert re.match(r"  +1,234,567 ", rows[0])
    assert {len(row[:begin].rstrip()) for row in rows} <= {begin - 3, begin - 4}
    assert all(row[begin - 1] == " " and row[begin] != " " for row in rows)
    assert all(row.index("sleep", begin) == head.index("waiting on") for row in rows)
    assert max(map(len, [head, *rows])) <= COLUMNS
