"""The child processes of a process: which of them stand still, and where."""

from __future__ import annotations

from examples.triage.case import Case
from examples.triage.executors import LITTLE_LOAD
from examples.triage.model import ENDED, Child, Snapshot, Stack
from examples.triage.waits.index import is_idle, wait_of
from examples.triage.waits.kinds import LOCK

POOL_WORKERS = ("multiprocessing.pool:worker", "concurrent.futures.process:_process_worker")
LOCK_MODULES = ("multiprocessing.synchronize", "threading")


def living(case: Case) -> list[Child]:
    """Give the children that live, as they were read last."""
    return living_in(case.last) if case.last else []


def living_in(snapshot: Snapshot) -> list[Child]:
    """Give the children that lived at one moment."""
    return [one for one in snapshot.children if one.state != ENDED]


def ended_workers(case: Case) -> list[Child]:
    """Give the children of the same program that failed, and that nobody has collected."""
    latest = case.last.children if case.last else ()
    return [one for one in latest if one.state == ENDED and one.python and one.status]


def is_at_rest(child: Child) -> bool:
    """Whether a child waits for new work, or only helps the standard library."""
    if is_idle(child.stack):
        return True
    own = next((index for index, frame in enumerate(child.stack) if frame.own), len(child.stack))
    # Only one of several readers waits for an item: the others for the lock of the queue.
    waits = (wait_of(child.stack[index:own]) for index in range(own))
    return any(found is not None and found[0].new_work for found in waits)


def standing_children(case: Case) -> list[Child]:
    """Give the child processes that slept at the same place in every sample."""
    kept: dict[int, Child] | None = None
    for snapshot in case.snapshots:
        here = {child.pid: child for child in living_in(snapshot)}
        kept = (
            here
            if kept is None
            else {
                pid: child
                for pid, child in here.items()
                if pid in kept and _sleep_of(kept[pid]) == _sleep_of(child)
            }
        )
    before = {one.pid: one.cpu for one in case.snapshots[0].children} if case.snapshots else {}
    most = LITTLE_LOAD * case.window
    # Its main thread may sleep while threads of a library compute.
    return [one for one in (kept or {}).values() if one.cpu - before[one.pid] <= most]


def _sleep_of(child: Child) -> tuple[object, ...]:
    return child.state, child.channel, child.stack


def is_pool_worker(child: Child) -> bool:
    """Whether a child works for a pool of processes."""
    return any(frame.name in POOL_WORKERS for frame in child.stack)


def job_of(child: Child) -> Stack:
    """Give the frames of the job that a worker of a pool does, without those of a parent."""
    return next(
        (
            child.stack[:number]
            for number, frame in enumerate(child.stack)
            if frame.name in POOL_WORKERS
        ),
        (),
    )


def is_pool_worker_at_rest(child: Child) -> bool:
    """Whether a worker of a pool of processes waits for its next job."""
    return is_pool_worker(child) and not any(frame.own for frame in job_of(child))


def is_asleep_in_own_lock(child: Child) -> bool:
    """Whether a child sleeps in a lock that own code takes."""
    if "futex" not in child.channel or not child.stack:
        return False
    found = wait_of(child.stack)
    return child.stack[0].own or (
        found is not None
        and found[0].family == LOCK
        and next(frame for frame in child.stack if frame.module not in LOCK_MODULES).own
    )
