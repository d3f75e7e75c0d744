"""The stacks of threads, by themselves and again and again."""

import sys

import pytest

from examples.triage.model import Thread
from tests.triage.read.helpers import PYTHONS, reading, target


def names(thread: Thread) -> list[str]:
    """Name the functions of a stack, innermost first, up to where the thread begins."""
    found = [frame.function for frame in thread.stack]
    return found[: found.index("Thread.run")] if "Thread.run" in found else found


@pytest.mark.parametrize("python", PYTHONS)
def test_threads_are_read_to_their_ends(python: str) -> None:
    """Stacks go on below C; a lock's holder holds it, who waits does not; a loop is seen."""
    with target("calls", python=python) as (child, _), reading(child.pid) as reader:
        threads = reader.threads(details=True)
        found = {tuple(names(thread)[-2:]): thread for thread in threads}
        assert names(found["sleeps", "below_c"]) == ["sleeps", "below_c"]
        (lock,) = (each.object for each in found["holds",].held)
        assert lock.type == "lock"
        assert found["waits",].held == ()
        assert len(names(found["deep", "<lambda>"])) == 502
        assert [thread for thread in threads if thread.loop] == [found["run", "loops"]]
        main = next(thread for thread in threads if thread.id == child.pid)
        assert names(main) == ["<module>"]
        assert {thread.interpreter for thread in threads} == {0}


def test_forty_readings_of_a_busy_thread_are_right() -> None:
    """A thread that calls without a pause never shows a frame that it cannot have."""
    with target("calls") as (child, _), reading(child.pid) as reader:
        for _ in range(40):
            threads = reader.threads()
            assert len(threads) == 7
            (busy,) = (thread for thread in threads if "computes" in names(thread))
            assert names(busy) in (["computes"], ["_"])


def test_own_lines_are_right() -> None:
    """The line of a frame is the one that the interpreter itself gives."""
    frame = sys._getframe()
    code = frame.f_code
    from examples.triage.read.tables import line_of  # noqa: PLC0415

    for begin, end, line in code.co_lines():
        for offset in range(begin, end, 2):
            assert line_of(code.co_linetable, code.co_firstlineno, offset) == (line or 0)
