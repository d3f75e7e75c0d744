"""Memory and CPU of a whole process tree.

RSS counts a page that ten processes share ten times, so PSS and USS are taken.
`resource.getrusage` sees no worker of a process pool before it is reaped, and
those of a fork server never, so the times come from the processes themselves.
"""

from typing import NamedTuple

import psutil


class Memory(NamedTuple):
    """Memory of a process tree in bytes.

    Attributes:
        pss: proportional set size: shared pages are split among their users.
        uss: unique set size: what would be freed if the tree ended.
        rss: resident set size: shared pages count for each process.

    """

    pss: int
    uss: int
    rss: int


class Cpu(NamedTuple):
    """CPU seconds of all threads of all live processes of a tree.

    Attributes:
        user: in user mode.
        system: in the kernel.

    """

    user: float
    system: float


type Tree = list[psutil.Process]


def tree() -> Tree:
    """Give this process and all its descendants."""
    root = psutil.Process()
    return [root, *root.children(recursive=True)]


def memory(processes: Tree) -> Memory:
    """Add up the memory of a process tree."""
    rows = [one.memory_full_info() for one in processes]
    return Memory(*(sum(getattr(row, name) for row in rows) for name in Memory._fields))


def cpu(processes: Tree) -> Cpu:
    """Add up the CPU times of a process tree."""
    rows = [one.cpu_times() for one in processes]
    return Cpu(sum(row.user for row in rows), sum(row.system for row in rows))
