"""Threads outside of any event loop: which locks they hold, and whether anything can wake them."""

from __future__ import annotations

from examples.triage.case import Case
from examples.triage.executors import Executors
from examples.triage.loops import loops_of
from examples.triage.model import Object, Thread
from examples.triage.waits.index import wait_of
from examples.triage.waits.kinds import TIMER

# A waiter of a condition is in its block as well, and holds nothing meanwhile.
EXCLUSIVE = ("lock", "RLock", "_RLock")
FUTEX = "futex"  # what a thread sleeps in that only a thread can wake


def locks_held(thread: Thread) -> set[Object]:
    """Give the locks of threads whose blocks a thread is in."""
    return {held.object for held in thread.held if held.object.type in EXCLUSIVE}


def family_of(thread: Thread) -> str:
    """Give what a thread waits for; empty where no table knows."""
    found = wait_of(thread.stack)
    return found[0].family if found else ""


def nothing_wakes(case: Case, executors: Executors) -> bool:
    """Whether every thread sleeps until another thread of the process wakes it.

    A thread that waits for a timer, the network, a child, a loop or another process is in
    another function of the kernel, or in one of multiprocessing's.
    """
    threads = case.last.threads.values() if case.last else ()
    return (
        bool(threads)
        and not case.latest
        and not loops_of(case)
        and all(
            FUTEX in thread.channel
            and executors.stands(thread)
            and family_of(thread) != TIMER
            and not any(frame.module.startswith("multiprocessing.") for frame in thread.stack)
            for thread in threads
        )
    )
