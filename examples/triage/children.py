"""The child processes of a process: which of them stand still, and where."""

from __future__ import annotations

from examples.triage.case import Case
from examples.triage.model import Child


def standing_children(case: Case) -> list[Child]:
    """Give the child processes that slept at the same place in every sample."""
    kept: dict[int, Child] | None = None
    for snapshot in case.snapshots:
        here = {child.pid: child for child in snapshot.children}
        kept = (
            here
            if kept is None
            else {
                pid: child
                for pid, child in here.items()
                if pid in kept and _sleep_of(kept[pid]) == _sleep_of(child)
            }
        )
    return list((kept or {}).values())


def _sleep_of(child: Child) -> tuple[object, ...]:
    return child.state, child.channel, child.stack


def is_pool_worker_at_rest(child: Child) -> bool:
    """Whether a worker of a pool of processes waits for its next job."""
    return any(
        frame.module.startswith("multiprocessing.") and frame.function.endswith(".get")
        for frame in child.stack
    )


def is_asleep_in_own_lock(child: Child) -> bool:
    """Whether a child sleeps in a lock that own code takes."""
    return "futex" in child.channel and bool(child.stack) and child.stack[0].own
