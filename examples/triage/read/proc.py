"""What /proc says of processes and threads."""

import contextlib
import os
import pathlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from examples.triage.before.model import GoneError, Process, Sockets

PROC = pathlib.Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Stat:
    """The parts of /proc/PID/stat in use."""

    state: str
    parent: int
    cpu: float
    start: int
    memory: int


def stat(path: pathlib.Path) -> Stat:
    """Read a stat file of a process or a thread.

    Raises:
        GoneError: when there is none.

    """
    try:
        # The name of the program may hold spaces and brackets.
        fields = (path / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError as error:
        raise GoneError from error
    cpu = (int(fields[11]) + int(fields[12])) / TICKS
    return Stat(fields[0], int(fields[1]), cpu, int(fields[19]), int(fields[20]))


def command_of(pid: int) -> str:
    """Give the command line, empty for a kernel thread or a process that is gone.

    Of the path of the program only the name is kept: it is long, and says little.
    """
    try:
        raw = (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return ""
    program, *rest = raw.rstrip(b"\0").decode(errors="replace").split("\0")
    return " ".join([program.rpartition("/")[2], *rest])


def parents() -> dict[int, int]:
    """Map every process to its parent."""
    found = {}
    for entry in PROC.iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(GoneError):
                found[int(entry.name)] = stat(entry).parent
    return found


def with_descendants(pids: Sequence[int]) -> list[int]:
    """Add the processes below `pids`: a worker may be a grandchild."""
    children = defaultdict(list)
    for child, parent in sorted(parents().items()):
        children[parent].append(child)
    found: dict[int, None] = {}
    waiting = list(reversed(pids))
    while waiting:
        pid = waiting.pop()
        if pid not in found:
            found[pid] = None
            waiting += reversed(children[pid])
    return list(found)


def thread_cpu(pid: int) -> dict[int, float]:
    """CPU seconds of each thread."""
    found = {}
    with contextlib.suppress(OSError):
        for entry in (PROC / str(pid) / "task").iterdir():
            with contextlib.suppress(GoneError):
                found[int(entry.name)] = stat(entry).cpu
    return found


def sockets_of(pid: int) -> Sockets:
    """Sort the established TCP connections of a process by who opened them."""
    own = set()
    with contextlib.suppress(OSError):
        for descriptor in (PROC / str(pid) / "fd").iterdir():
            with contextlib.suppress(OSError):
                own.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
    listening, established = set(), []
    for table in ("tcp", "tcp6"):
        for row in _rows(pid, table):
            if row[9] in own:
                port = row[1].rpartition(":")[2]
                if row[3] == "0A":
                    listening.add(port)
                elif row[3] == "01":
                    established.append((port, row[9]))
    accepts_unix = any(row[6] in own and row[3] == "00010000" for row in _rows(pid, "unix"))
    inbound = frozenset(inode for port, inode in established if port in listening)
    outbound = frozenset(inode for port, inode in established if port not in listening)
    return Sockets(None if accepts_unix else inbound, outbound)


def _rows(pid: int, table: str) -> Iterator[list[str]]:
    with contextlib.suppress(OSError):
        for line in (PROC / str(pid) / "net" / table).read_text().splitlines()[1:]:
            yield line.split()


def same_files(pid: int) -> bool:
    """Whether the process sees the same file system as this one."""
    try:
        return (PROC / str(pid) / "ns/mnt").readlink() == (PROC / "self/ns/mnt").readlink()
    except OSError:
        return True


def maps(pid: int, name: str) -> bool:
    """Whether a file with `name` in its path is mapped into the process."""
    try:
        return name in (PROC / str(pid) / "maps").read_text(errors="replace")
    except OSError:
        return False


def role_of(pid: int, ancestors: Iterable[int]) -> str:
    """Name the part that a process plays, by the command lines on the way up."""
    commands = [command_of(pid), *map(command_of, ancestors)]
    is_child = "multiprocessing" in commands[0]
    for command in commands if is_child else commands[:1]:
        if re.search(r"\buvicorn\b", command):
            return "uvicorn"
        if re.search(r"\btaskiq\b.*\bworker\b", command):
            return "TaskIQ worker" if is_child else "TaskIQ manager"
    return "other"


def open_process(pid: int) -> Process:
    """Start a record of the process `pid`.

    Raises:
        GoneError: when there is no such process, or only its zombie.

    """
    home = PROC / str(pid)
    now = stat(home)
    if now.state in "ZX":
        raise GoneError
    tree, above, ancestors = parents(), now.parent, []
    while above > 1 and above in tree and above not in ancestors:
        ancestors.append(above)
        above = tree[above]
    process = Process(pid, pid, now.start, role_of(pid, ancestors), command_of(pid))
    with contextlib.suppress(OSError):
        process.cwd = str((home / "cwd").readlink())
    with contextlib.suppress(OSError):
        status = (home / "status").read_text(errors="replace")
        if inner := re.search(r"^NSpid:.*\b(\d+)$", status, re.MULTILINE):
            process.main = int(inner[1])
    return process


def age_of(process: Process) -> float:
    """Seconds since the process started."""
    uptime = float((PROC / "uptime").read_text().split()[0])
    return uptime - process.start / os.sysconf("SC_CLK_TCK")


def opened(pids: Iterable[int]) -> list[Process]:
    """Open the processes, and keep a record of those that are gone."""
    found = []
    for pid in pids:
        try:
            found.append(open_process(pid))
        except GoneError as error:
            found.append(Process(pid, pid, 0, "other", command_of(pid), error=error))
    return found
