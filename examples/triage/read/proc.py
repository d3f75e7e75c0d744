"""What /proc says: one scan for a run, and a record for each process."""

from __future__ import annotations

import contextlib
import os
import pathlib
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from examples.triage.model import ENDED, Child, Process, Thread
from examples.triage.read.errors import DeniedError, GoneError, NotPythonError, ReadError

PROC = pathlib.Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
MOST_NAMESAKES = 3
PF_KTHREAD = 0x00200000  # of linux/sched.h, in the flags of the stat file


class Stat(NamedTuple):
    """The parts of a stat file in use.

    Attributes:
        name: of the thread, at most 15 bytes.
        state: letter, such as R or S.
        parent: PID of the parent.
        cpu: CPU seconds used.
        start: in clock ticks since the system started.
        memory: virtual size in bytes; 0 once the process has given it back.
        kernel: whether it is a thread of the kernel, which never has memory of its own.
        status: as wait() gives it, once it has ended; 0 where the kernel does not say.

    """

    name: str
    state: str
    parent: int
    cpu: float
    start: int
    memory: int
    kernel: bool
    status: int


def stat(path: pathlib.Path) -> Stat:
    """Read the stat file of a process or a thread.

    Raises:
        GoneError: when there is none.

    """
    try:
        text = (path / "stat").read_text(errors="replace")
    except OSError as error:
        raise GoneError("there is no such process, or it has ended") from error
    # The name of the program may hold spaces and brackets.
    head, _, tail = text.rpartition(")")
    fields = tail.split()
    cpu = (int(fields[11]) + int(fields[12])) / TICKS
    name = head.partition("(")[2]
    return Stat(
        name,
        state=fields[0],
        parent=int(fields[1]),
        cpu=cpu,
        start=int(fields[19]),
        memory=int(fields[20]),
        kernel=bool(int(fields[6]) & PF_KTHREAD),
        status=int(fields[49]) if len(fields) > 49 else 0,
    )


def arguments_of(pid: int) -> list[str]:
    """Give the command line; empty for a kernel thread or a process that is gone."""
    try:
        raw = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return []
    return raw.rstrip(b"\0").decode(errors="replace").split("\0") if raw else []


def command_of(pid: int) -> str:
    """Give the command line in one line.

    Of the path of the program only the name is kept: it is long, and says little.
    """
    program, *rest = arguments_of(pid) or [""]
    return " ".join([program.rpartition("/")[2], *rest])


def status_of(pid: int) -> dict[str, str]:
    """Give the fields of the status file; empty when there is none."""
    try:
        lines = (PROC / str(pid) / "status").read_text(errors="replace").splitlines()
    except OSError:
        return {}
    pairs = (line.partition(":") for line in lines)
    return {name: value.strip() for name, _, value in pairs}


class Machine:
    """All processes, as one scan of /proc found them.

    Attributes:
        stats: by PID.

    """

    def __init__(self) -> None:
        """Scan.

        Raises:
            ReadError: when there is no /proc.

        """
        if not (PROC / "self").exists():
            raise ReadError(
                "there is no /proc here, through which triage reads: mount it first, with"
                " mount -t proc proc /proc"
            )
        self.stats: dict[int, Stat] = {}
        for entry in PROC.iterdir():
            if entry.name.isdecimal():
                with contextlib.suppress(GoneError):
                    self.stats[int(entry.name)] = stat(entry)
        self._children: dict[int, list[int]] = defaultdict(list)
        for pid in sorted(self.stats):
            self._children[self.stats[pid].parent].append(pid)

    def children(self, pid: int) -> list[int]:
        """Give the processes that `pid` has started, or has taken over from those that ended."""
        return self._children.get(pid, [])

    def with_descendants(self, pids: Iterable[int]) -> list[int]:
        """Add the processes below `pids`: a worker may be a grandchild."""
        found: dict[int, None] = {}
        waiting = list(pids)[::-1]
        while waiting:
            pid = waiting.pop()
            if pid not in found:
                found[pid] = None
                waiting += self.children(pid)[::-1]
        return list(found)

    def above(self, pid: int) -> Iterator[int]:
        """Give the parent, its parent and so on."""
        seen = {pid}
        while pid in self.stats and self.stats[pid].parent not in seen:
            pid = self.stats[pid].parent
            if pid <= 1:
                break
            seen.add(pid)
            yield pid

    def namesakes(self, pid: int) -> list[int]:
        """Give the processes that are called `pid` in a PID namespace of their own."""
        return [
            other
            for other in self.stats
            if str(pid) in status_of(other).get("NSpid", "").split()[1:]
        ]


def process_of_thread(pid: int) -> int:
    """Give the PID of the process that a thread belongs to; `pid` itself for a process."""
    return int(status_of(pid).get("Tgid", pid))


def missing(pid: int, machine: Machine) -> ReadError:
    """Say in words that are true why a process cannot be found."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return DeniedError(
            "it is there, but /proc hides it from this user (hidepid): run triage as its user or"
            " as root"
        )
    except (OSError, OverflowError):
        pass
    text = f"there is no process {pid} here, or it ended while it was read"
    found = machine.namesakes(pid)[:MOST_NAMESAKES]
    if found:
        listed = " or ".join(map(str, found))
        text = f"there is no process {pid} here; in a container, {pid} is the PID of {listed}"
    return GoneError(text)


def open_process(pid: int, machine: Machine) -> Process:
    """Start a record of the process `pid`.

    Raises:
        GoneError: when there is no such process, or only its zombie.
        DeniedError: when /proc hides it.
        NotPythonError: for a thread of the kernel.

    """
    home = PROC / str(pid)
    try:
        now = stat(home)
    except GoneError as error:
        raise missing(pid, machine) from error
    if now.state in "ZX":
        raise GoneError("it has ended, and its parent has not collected it yet: it is a zombie")
    if now.kernel:
        raise NotPythonError("it is a thread of the kernel")
    status = status_of(pid)
    process = Process(pid, pid, now.start, "other", command_of(pid), age=age(now.start))
    with contextlib.suppress(OSError):
        process.cwd = str((home / "cwd").readlink())
    if names := status.get("NSpid", "").split():
        process.main = int(names[-1])
    if status.get("TracerPid", "0") != "0" and now.state in "tT":
        process.stopped = "debugger"
    elif now.state in "Tt":
        process.stopped = "signal"
    with contextlib.suppress(OSError):
        limits = (home / "limits").read_text(errors="replace")
        if found := re.search(r"^Max open files +(\d+)", limits, re.MULTILINE):
            process.descriptor_limit = int(found[1])
    return process


def age(start: int) -> float:
    """Seconds since the clock tick `start`."""
    uptime = float((PROC / "uptime").read_text().split()[0])
    return uptime - start / TICKS


def moment_of_start(start: int) -> float:
    """Give the moment of the clock tick `start` on the monotonic clock, or one shortly before."""
    return time.monotonic() - age(start)


def ensure_same(process: Process) -> None:
    """Check that the PID still means the process that was opened.

    Raises:
        GoneError: when it does not.

    """
    now = stat(PROC / str(process.pid))
    if now.start != process.start:
        raise GoneError("it ended, and its PID now belongs to another process")
    # A process that ends gives its memory back some time before it is a zombie.
    if now.state in "ZX" or not now.memory:
        raise GoneError("it ended while it was read")


def threads_of(pid: int, *, channels: bool = False) -> dict[int, Thread]:
    """Give the threads of a process as the kernel sees them, without stacks.

    Args:
        pid: the process.
        channels: whether to ask in which function of the kernel each sleeps.

    """
    found = {}
    folder = PROC / str(pid) / "task"
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            with contextlib.suppress(GoneError):
                now, number = stat(entry), int(entry.name)
                found[number] = Thread(
                    number,
                    now.name,
                    now.state,
                    cpu=now.cpu,
                    switches=_switches(entry),
                    channel=_channel(entry) if channels else "",
                )
    return found


def _switches(home: pathlib.Path) -> int:
    with contextlib.suppress(OSError, ValueError):
        text = (home / "status").read_text(errors="replace")
        return int(text.partition("\nvoluntary_ctxt_switches:")[2].partition("\n")[0])
    return 0


def thread_names(pid: int) -> dict[int, int]:
    """Map the ids of threads inside the PID namespace of a process to those outside of it."""
    found = {}
    folder = PROC / str(pid) / "task"
    with contextlib.suppress(OSError):
        for entry in folder.iterdir():
            with contextlib.suppress(OSError, ValueError):
                text = (entry / "status").read_text(errors="replace")
                inside = text.partition("\nNSpid:")[2].partition("\n")[0].split()
                found[int(inside[-1] if inside else entry.name)] = int(entry.name)
    return found


def children_of(pid: int, machine: Machine) -> list[Child]:
    """Describe the children of a process, without their stacks.

    Those of a fork server count: it starts them for the process. Of one that has ended, and that
    nobody has collected, only its name is left.
    """
    mine = arguments_of(pid)
    own_name = machine.stats[pid].name if pid in machine.stats else ""
    found = []
    for number in _started_for(pid, machine):
        with contextlib.suppress(GoneError):
            now = stat(PROC / str(number))
            if now.start != machine.stats[number].start or now.state == "X":
                continue
            words = arguments_of(number)
            program = mine[:1] == words[:1]
            alike = words == mine or (program and any("multiprocessing" in word for word in words))
            if now.state == ENDED:
                alike = now.name == own_name
            found.append(
                Child(
                    number,
                    command_of(number) or now.name,
                    now.state,
                    _channel(PROC / str(number)),
                    age(now.start),
                    alike,
                    cpu=now.cpu,
                    status=now.status if now.state == ENDED else 0,
                )
            )
    return found


def _started_for(pid: int, machine: Machine) -> Iterator[int]:
    for number in machine.children(pid):
        yield number
        if any("multiprocessing.forkserver" in word for word in arguments_of(number)):
            yield from machine.children(number)


def _channel(home: pathlib.Path) -> str:
    with contextlib.suppress(OSError):
        name = (home / "wchan").read_text(errors="replace")
        return "" if name == "0" else name
    return ""


def mount_namespace(pid: int) -> str:
    """Name the mount namespace of a process; empty where that is not to be seen."""
    with contextlib.suppress(OSError):
        return str((PROC / str(pid) / "ns/mnt").readlink())
    return ""


def maps_name(pid: int, name: str) -> bool:
    """Whether a file with `name` in its path is mapped into the process."""
    try:
        return name in (PROC / str(pid) / "maps").read_text(errors="replace")
    except OSError:
        return False
