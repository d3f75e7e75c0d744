#!/usr/bin/env python3
"""From the PID of a Python 3.14 process to a named cause, with the evidence.

``python triage.py PID`` reads the asyncio tasks of a running process from
outside, several times, groups them by the line of your own code that waits, and
judges the groups by the rules that ``--rules`` prints. It writes nothing into
the process and runs no code in it, unless you ask for ``--in-process``.

One file, standard library only, CPython 3.14 on Linux: copy it to where the
process runs. It goes read, group, judge, say, in this order.
"""

import sys

# Older ones come as far as this, so the file keeps to the syntax of Python 3.9.
if sys.version_info[:2] != (3, 14):
    print("error: triage runs on CPython 3.14, that of its target", file=sys.stderr)
    sys.exit(2)

import _remote_debugging  # the part of CPython behind asyncio ps
import argparse
import contextlib
import itertools
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import struct
import tempfile
import textwrap
import time
import urllib.parse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

SCHEMA = 1
COLUMNS = 100
PROC = pathlib.Path("/proc")
READ_ATTEMPTS = 40
READ_SECONDS = 3.0  # after which no attempt is begun
FEWEST_LOOKS = 3
LOOKS_PER_INTERVAL = 10
LONGEST_PAUSE = 1.0  # seconds that --freeze may stop a process
DISTRUST = 3  # reads in a row that must fail alike before a process counts as unreadable
LONGEST_WAY_UP = 200  # awaiters that may lead up from a task before it is called endless
MANY = 1_000  # tasks at one place that are more than a service starts on purpose
REDIS_SECONDS = 3.0  # for one look at all streams of a Redis
START_SLACK = 1.0  # seconds by which the clocks of Redis and of the kernel may differ
MAX_TASKS = 65_535  # what the reader of CPython 3.14 follows before it gives up


# ---------------------------------------------------------------------- read: what was seen


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in the code of the target."""

    file: str
    line: int
    function: str

    @property
    def is_yours(self) -> bool:
        """Whether it is neither the standard library nor an installed package."""
        return not LIBRARY.search(self.file)


LIBRARY = re.compile(r"/(?:site|dist)-packages/|/python3(?:\.\d+)?t?/|^<frozen |^$")

T = TypeVar("T")
Stack = tuple[Frame, ...]  # innermost first
Key = tuple[int, str]  # an address alone is reused by the next task


@dataclass(frozen=True, slots=True)
class Task:
    """A task at one moment.

    Attributes:
        id: its address in the target.
        name: its name.
        stack: what it awaits, innermost first.
        awaiters: addresses of the tasks that await it.
        notes: what only the target itself knows, in words.

    """

    id: int
    name: str
    stack: Stack
    awaiters: tuple[int, ...]
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What tells it from every other task of the process."""
        return self.id, self.name

    def passes(self, *functions: str) -> bool:
        """Whether one of `functions` is on its stack."""
        return any(frame.function in functions for frame in self.stack)


@dataclass(frozen=True, slots=True)
class Look:
    """The threads at one moment.

    Attributes:
        state: letter of the main thread in /proc, such as R or S.
        threads: stacks by thread id.

    """

    state: str
    threads: dict[int, Stack]


@dataclass(frozen=True, slots=True)
class Sockets:
    """TCP connections of a process, as inodes; None where a Unix listener hides the clients."""

    inbound: frozenset[str] | None
    outbound: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of a Redis stream that somebody took and has not acknowledged.

    Attributes:
        stream: name of the stream.
        group: the consumer group that it was given to.
        id: its id.
        consumer: who took it.
        deliveries: how often it was taken.
        job: the task of TaskIQ that it asks for; empty when it asks for none.
        idle: seconds since it was taken.

    """

    stream: str
    group: str
    id: str
    consumer: str
    deliveries: int
    job: str
    idle: float = field(compare=False)


@dataclass
class Process:
    """One process and everything that was read from it.

    Attributes:
        pid: its PID here.
        main: the id of its main thread as the process itself knows it.
        start: start time in clock ticks, which tells a reused PID.
        role: what it is, such as ``TaskIQ worker``.
        command: its command line.
        cwd: its working directory, dropped from places.
        snapshots: the tasks by key, one for each sample.
        looks: the threads, several for each sample.
        cpu: CPU seconds by thread id at the first and the last sample.
        sockets: connections at the first and the last sample.
        retries: reads that met a structure in motion and were done again.
        pause: longest stop by --freeze in seconds.
        error: last thing that went wrong, and so ended or blinded the reading.
        has_tree: the awaiters of its tasks lead to an end, and soon.
        stopped: somebody else has stopped the process.
        answer: what the process said about itself, for --in-process.
        unclaimed: jobs of a Redis stream that were taken before the process started,
            and by nobody since, for --redis.

    """

    pid: int
    main: int
    start: int
    role: str
    command: str
    cwd: str = ""
    snapshots: list[dict[Key, Task]] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    cpu: list[dict[int, float]] = field(default_factory=list)
    sockets: list[Sockets] = field(default_factory=list)
    retries: int = 0
    failures: int = 0
    pause: float = 0.0
    error: Exception | None = None
    has_tree: bool = False
    stopped: bool = False
    answer: dict[str, Any] = field(default_factory=dict)
    unclaimed: list[Entry] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether no further read can help."""
        return self.error is not None and not isinstance(self.error, UnreadableError)


class UnreadableError(Exception):
    """The tasks of the process cannot be read, though its threads may be."""


class GoneError(Exception):
    """The process ended, or its PID now belongs to another one."""


class DeniedError(Exception):
    """The kernel does not let this user read that process."""


class NotPythonError(Exception):
    """No Python runtime is in the process."""


class OtherPythonError(Exception):
    """The process runs a Python that this one cannot read."""


class OtherFilesError(Exception):
    """The files of its Python are not at the same paths here."""


ENDS = (
    GoneError,
    DeniedError,
    NotPythonError,
    OtherPythonError,
    OtherFilesError,
    UnreadableError,
)

# ---------------------------------------------------------------------- read: /proc

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


# ---------------------------------------------------------------------- read: the memory

RACES = (RuntimeError, OSError, UnicodeError, MemoryError, ValueError)


def read(  # noqa: UP047 # its syntax is newer than 3.9
    process: Process, method: str, convert: Callable[[Any], T]
) -> T:
    """Call a method of CPython's own reader, again when a structure was in motion.

    Args:
        process: whose memory is read; its retries are counted.
        method: name of a method of ``_remote_debugging.RemoteUnwinder``.
        convert: applied to the result.

    Raises:
        GoneError: the process ended.
        DeniedError: the kernel refuses.
        NotPythonError: there is no Python runtime in it.
        OtherPythonError: it is not one that this Python can read.
        OtherFilesError: it runs in another mount namespace.
        UnreadableError: every attempt failed.

    """
    attempts = READ_ATTEMPTS if process.failures < DISTRUST else 2
    end = time.perf_counter() + READ_SECONDS
    too_long = is_too_long(process.error)
    for attempt in range(attempts):
        try:
            unwinder = _remote_debugging.RemoteUnwinder(process.pid, all_threads=True)
            result = convert(getattr(unwinder, method)())
        except RACES as error:
            final = _final(process.pid, error)
            # Last, because all that was asked about a process that ends is wrong.
            ensure_same(process)
            if final:
                raise final from error
            failure = error
            # A list that is too long stays so, and each attempt takes seconds. But one
            # that changes while it is read can seem so once.
            was_too_long, too_long = too_long, is_too_long(error)
            if (too_long and was_too_long) or time.perf_counter() > end:
                break
            process.retries += 1
            time.sleep(min(0.0002 * attempt, 0.002))
        else:
            return result
    process.failures += 1
    raise UnreadableError(str(_root(failure))) from failure


def ensure_same(process: Process) -> None:
    """Check that the PID still means the process that was opened.

    Raises:
        GoneError: when it does not.

    """
    now = stat(PROC / str(process.pid))
    # A process that ends gives its memory back some time before it is a zombie.
    has_ended = now.state in "ZX" or (process.command and not now.memory)
    if now.start != process.start or has_ended:
        raise GoneError


def _root(error: BaseException) -> BaseException:
    while error.__context__ is not None:
        error = error.__context__
    return error


def is_too_long(error: BaseException | None) -> bool:
    """Whether CPython has given up on a list of tasks without an end."""
    return error is not None and "Task list appears corrupted" in str(_root(error))


def _final(pid: int, error: Exception) -> Exception | None:
    """Sort an error that no retry can cure."""
    root = _root(error)
    text = str(root)
    if isinstance(error, PermissionError):
        return DeniedError(text)
    if "PyRuntime section" in text and not maps(pid, "python"):
        return NotPythonError(text)
    foreign = isinstance(root, FileNotFoundError) or "section not available" in text
    if foreign and not same_files(pid):
        return OtherFilesError(
            "it runs in another mount namespace, so its program files are not found here"
        )
    if "PyRuntime section" in text:
        text = "it runs a Python without debug offsets, so not 3.14"
    elif not foreign and "attach" not in text:
        return None
    return OtherPythonError(text)


def read_tasks(process: Process) -> dict[Key, Task]:
    """Read every task of the main thread's loop; empty when asyncio is not in use.

    Raises:
        see `read`.

    """
    try:
        return read(process, "get_all_awaited_by", _tasks)
    except OtherPythonError as error:
        # The name of no mapped file tells: asyncio may be part of the interpreter.
        if "AsyncioDebug section not available" in str(error):
            return {}
        raise


def read_threads(process: Process) -> dict[int, Stack]:
    """Read the stack of every thread.

    Raises:
        see `read`.

    """
    return read(process, "get_stack_trace", _threads)


def _tasks(threads: Any) -> dict[Key, Task]:
    found: dict[Key, Task] = {}
    frames: dict[Any, Frame] = {}
    for thread in threads:
        for info in thread.awaited_by:
            stack = tuple(
                _frame(frame, frames) for coro in info.coroutine_stack for frame in coro.call_stack
            )
            awaiters = tuple(coro.task_name for coro in info.awaited_by)
            task = Task(info.task_id, str(info.task_name), stack, awaiters)
            found[task.key] = task
    return found


def _threads(threads: Any) -> dict[int, Stack]:
    frames: dict[Any, Frame] = {}
    return {
        thread.thread_id: tuple(_frame(frame, frames) for frame in thread.frame_info)
        for thread in threads
    }


def _running(threads: Any) -> Stack:
    """Give the stack of the task that runs, which is the first of the list."""
    for thread in threads:
        for info in thread.awaited_by[:1]:
            return tuple(
                _frame(frame, {}) for coro in info.coroutine_stack for frame in coro.call_stack
            )
    return ()


def _frame(info: Any, known: dict[Any, Frame]) -> Frame:
    place = (info.filename, info.lineno, info.funcname)
    if place not in known:
        known[place] = Frame(*place)
    return known[place]


# ---------------------------------------------------------------------- read: beyond C

BOTTOM = ("<module>", "_run_module_as_main", "Thread._bootstrap")
COOKIE = b"xdebugpy"
OWNED_BY_C = 3  # owner of a frame that stands for C code, and of any above
WORDS = struct.Struct("<100Q")


class WholeStacks:
    """Reads the stacks of threads to their ends.

    CPython 3.14 stops where C called Python, as in a read from a buffered file,
    and so never comes to the function of yours that reads. The way on is the same
    linked list, by the offsets that the process publishes about itself.

    Source of the numbers of the words: ``_Py_DebugOffsets`` of CPython 3.14, in
    Include/internal/pycore_debug_offsets.h.
    """

    def __init__(self, pid: int) -> None:
        """Find the runtime in the memory of the process.

        Raises:
            OSError: when the memory cannot be read.
            LookupError: when no runtime is found.

        """
        self.codes: dict[int, tuple[str, str, list[tuple[int, int, int | None]]]] = {}
        self.memory = os.open(PROC / str(pid) / "mem", os.O_RDONLY)
        try:
            self.runtime = self._runtime(pid)
            self.offsets = WORDS.unpack(self._bytes(self.runtime, WORDS.size))
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the memory go."""
        os.close(self.memory)

    def threads(self) -> Iterator[tuple[int, Stack]]:
        """Give the id and the stack of each thread.

        Raises:
            OSError, ValueError, struct.error: when a structure was in motion.

        """
        at = self.offsets
        interpreter = self._word(self.runtime + at[5])
        thread = self._word(interpreter + at[9])
        for _ in range(10_000):
            if not thread:
                break
            frames = tuple(self._frames(self._word(thread + at[26])))
            yield self._word(thread + at[28]), frames
            thread = self._word(thread + at[24])

    def _frames(self, frame: int) -> Iterator[Frame]:
        at = self.offsets
        for _ in range(1_000):
            if not frame:
                break
            raw = self._bytes(frame, at[31])
            if raw[at[36]] < OWNED_BY_C:
                # The lowest bits of a reference to an object are flags.
                code = _word(raw, at[33]) & ~7
                file, function, lines = self.codes.get(code) or self._code(code)
                offset = _word(raw, at[34]) - code - at[48]
                line = next((line for begin, end, line in lines if begin <= offset < end), None)
                yield Frame(file, line or 0, function)
            frame = _word(raw, at[32])

    def _code(self, code: int) -> tuple[str, str, list[tuple[int, int, int | None]]]:
        at = self.offsets
        raw = self._bytes(code, at[39])
        table = self._sized(_word(raw, at[43]), length=at[75], data=at[76])
        first = int.from_bytes(raw[at[44] : at[44] + 4], "little")
        # A code object of this process reads the table of the other one.
        known = self._frames.__code__.replace(co_linetable=table, co_firstlineno=first)
        names = [
            self._sized(_word(raw, at[word]), length=at[79], data=at[80]).decode(errors="replace")
            for word in (40, 42)
        ]
        self.codes[code] = names[0], names[1], list(known.co_lines())
        return self.codes[code]

    def _runtime(self, pid: int) -> int:
        for line in (PROC / str(pid) / "maps").read_text(errors="replace").splitlines():
            if part := re.match(r"(\w+)-(\w+) rw.*python", line):
                begin, end = (int(number, 16) for number in part.groups())
                found = os.pread(self.memory, end - begin, begin).find(COOKIE)
                if found >= 0:
                    return begin + found
        raise LookupError("no runtime")

    def _sized(self, thing: int, *, length: int, data: int) -> bytes:
        size = self._word(thing + length)
        if size > 100_000:
            raise ValueError("not a length")
        return self._bytes(thing + data, size)

    def _word(self, address: int) -> int:
        return _word(self._bytes(address, 8), 0)

    def _bytes(self, address: int, size: int) -> bytes:
        if not 0 < address < 2**63:
            raise ValueError("not an address")
        return os.pread(self.memory, size, address)


def _word(raw: bytes, offset: int) -> int:
    found: int = struct.unpack_from("<Q", raw, offset)[0]
    return found


def complete(process: Process, threads: dict[int, Stack]) -> None:
    """Add to the stacks of worker threads what CPython's own reader leaves out.

    A thread may have moved on since, so its whole stack counts only where it
    begins as that reader saw it.
    """
    cut = {
        tid
        for tid, stack in threads.items()
        if tid != process.main and stack and stack[-1].function not in BOTTOM
    }
    if not cut:
        return
    with (
        contextlib.suppress(OSError, LookupError, ValueError, struct.error),
        contextlib.closing(WholeStacks(process.pid)) as reader,
    ):
        for tid, stack in reader.threads():
            if tid in cut and stack[: len(threads[tid])] == threads[tid]:
                threads[tid] = stack


# ---------------------------------------------------------------------- read: standing still


class Freezer:
    """Stops a process around a read, and lets it go whatever happens to triage.

    A child in a session of its own holds the read end of a pipe. It continues
    the target when triage dies or holds the target for too long.
    """

    def __init__(self, process: Process) -> None:
        """Start the watchdog, and hold the process by a descriptor that no other PID can take."""
        self.process = process
        try:
            self.target = os.pidfd_open(process.pid)
        except ProcessLookupError as error:
            raise GoneError from error
        reading, self.writing = os.pipe()
        self.watchdog = os.fork()
        if self.watchdog == 0:
            os.close(self.writing)
            _watch(reading, self.target)
        os.close(reading)

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Hold the target, unless somebody else already does.

        Raises:
            GoneError: when it has ended.

        """
        if stat(PROC / str(self.process.pid)).state in "Tt":
            yield
            return
        begin = time.perf_counter()
        os.write(self.writing, b"S")
        try:
            self._send(signal.SIGSTOP)
            while stat(PROC / str(self.process.pid)).state not in "TtZX":
                if time.perf_counter() - begin > LONGEST_PAUSE / 2:
                    break  # PID 1 of a container ignores the signal
            yield
        finally:
            self._send(signal.SIGCONT)
            os.write(self.writing, b"C")
            self.process.pause = max(self.process.pause, time.perf_counter() - begin)

    def close(self) -> None:
        """End the watchdog."""
        os.close(self.writing)
        os.waitpid(self.watchdog, 0)
        os.close(self.target)

    def _send(self, number: signal.Signals) -> None:
        try:
            signal.pidfd_send_signal(self.target, number)
        except ProcessLookupError as error:
            raise GoneError from error
        except PermissionError as error:
            raise DeniedError(str(error)) from error


def _watch(reading: int, target: int) -> None:
    """Live in the child: continue the target when nobody else will. Never returns."""
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    held = False
    while True:
        ready, _, _ = select.select([reading], [], [], LONGEST_PAUSE if held else None)
        said = os.read(reading, 1) if ready else b"late"
        if held and said in {b"", b"late"}:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(target, signal.SIGCONT)
        if not said:
            os._exit(0)
        held = said == b"S"


# ---------------------------------------------------------------------- read: sampling


def watch(
    processes: Sequence[Process], *, samples: int, interval: float, freeze: bool
) -> tuple[int, float]:
    """Fill the records of `processes` with what they do over a while.

    Args:
        processes: what to read.
        samples: how often to read the tasks.
        interval: seconds from one sample to the next.
        freeze: stop each process while its tasks are read.

    Returns:
        How many samples were taken, and the seconds from the first to the last.

    """
    with contextlib.ExitStack() as stack:
        freezers = {}
        for process in processes if freeze else ():
            with recording(process):
                freezers[process.pid] = Freezer(process)
                stack.callback(freezers[process.pid].close)
        begin = time.perf_counter()
        due, taken = begin, 0
        while taken < samples:
            for process in processes:
                sample(process, freezers.get(process.pid))
            taken += 1
            last = time.perf_counter()
            # A process with a great many tasks is read twice, not for a minute.
            if last - due > 2 * interval + 1 and taken > 1:
                break
            due = max(due + interval, last)
            if taken < samples:
                look_around(processes, due, interval / LOOKS_PER_INTERVAL)
    return taken, last - begin


def sample(process: Process, freezer: Freezer | None) -> None:
    """Read the tasks of one process, its CPU time and its sockets once."""
    if process.is_over:
        return
    with recording(process):
        ensure_same(process)
        process.cpu.append(thread_cpu(process.pid))
        process.sockets.append(sockets_of(process.pid))
        # The threads first: they can be read even where the tasks cannot.
        look(process)
        process.has_tree = False
        with freezer.stopped() if freezer else contextlib.nullcontext():
            process.snapshots.append(read_tasks(process))
        process.has_tree = is_tree(process.snapshots[-1].values())
        process.failures = 0


def look(process: Process) -> None:
    """Read the threads of one process once."""
    state = stat(PROC / str(process.pid) / "task" / str(process.pid)).state
    process.stopped = process.stopped or state in "Tt"
    threads = read_threads(process)
    complete(process, threads)
    # Where C called back into Python the stack of a thread ends early. That of the
    # running task does not, but reading it follows the awaiters: through a circle of
    # them without end.
    if process.has_tree and inside_callback(threads.get(process.main, ())):
        threads[process.main] = (
            read(process, "get_async_stack_trace", _running) or threads[process.main]
        )
    process.looks.append(Look(state, threads))


def look_around(processes: Sequence[Process], until: float, pause: float) -> None:
    """Look at the threads of all processes again and again up to a point in time."""
    for number in itertools.count():
        left = until - time.perf_counter()
        if left <= 0 and number >= FEWEST_LOOKS:
            break
        time.sleep(min(pause, max(left, pause / 5)))
        for process in processes:
            if not process.is_over:
                with recording(process):
                    ensure_same(process)
                    look(process)


@contextlib.contextmanager
def recording(process: Process) -> Iterator[None]:
    """Keep what goes wrong in the record of the process."""
    try:
        yield
    except ENDS as error:
        process.error = error


# ---------------------------------------------------------------------- read: in the process

ANSWER_SECONDS = 5.0

# Runs inside the target, between two bytecodes of its main thread. It only
# reads, stops after `seconds` or `most` tasks, and swallows its own errors.
QUESTION = """
def ask(path, most, seconds):
    import asyncio, gc, inspect, json, os, sys, threading, time
    end = time.perf_counter() + seconds
    answer = {{"total": 0, "tasks": [], "dead": [], "threads": []}}

    def frame_of(coro):
        for name in ("cr_frame", "gi_frame", "ag_frame"):
            if (frame := getattr(coro, name, None)) is not None:
                return frame

    def unfold(coro):
        chain = []
        while coro is not None and len(chain) < 200:
            chain.append(coro)
            inner = None
            for name in ("cr_await", "gi_yieldfrom", "ag_await"):
                inner = inner or getattr(coro, name, None)
            if inner is None and frame_of(coro) is None:
                # anext() and asend() show only to the garbage collector what they drive.
                for other in gc.get_referents(coro):
                    if inspect.isasyncgen(other) or inspect.iscoroutine(other):
                        inner = other
            coro = inner
        return chain

    def primitive(thing):
        facts = [type(thing).__name__]
        if isinstance(thing, asyncio.Queue):
            facts.append(f"{{thing.qsize()}} of {{thing.maxsize or 'any number of'}} items")
            facts.append(f"{{len(thing._getters)}} getting, {{len(thing._putters)}} putting")
        elif isinstance(thing, (asyncio.Lock, asyncio.Semaphore, asyncio.Event)):
            facts.append(f"{{len(thing._waiters or ())}} waiting")
        else:
            return None
        return ", ".join(facts)

    def describe(task):
        stack, notes, held = [], [], []
        for coro in unfold(task.get_coro()):
            frame = frame_of(coro)
            if frame is None:
                continue
            name = getattr(coro, "__qualname__", frame.f_code.co_qualname)
            stack.append([frame.f_code.co_filename, frame.f_lineno, name])
            # `async with` keeps the bound __aexit__ of its lock in the frame.
            for kept in gc.get_referents(coro):
                lock = getattr(kept, "__self__", None)
                if getattr(kept, "__name__", "") == "__aexit__" and primitive(lock):
                    held.append(lock)
            waits_on = frame.f_locals.get("self")
        last = waits_on if stack and primitive(waits_on) else None
        if last is not None:
            notes.append(f"waits for a {{primitive(last)}}")
        if task.cancelling():
            notes.append(f"cancelled {{task.cancelling()}} times, and still there")
        awaiters = [id(other) for other in task._asyncio_awaited_by or ()]
        row = [id(task), task.get_name(), stack[::-1], awaiters, notes]
        return row, last, held

    try:
        natives = {{thread.ident: thread.native_id for thread in threading.enumerate()}}
        for ident, frame in sys._current_frames().items():
            stack = []
            while frame is not None and len(stack) < 200:
                code = frame.f_code
                stack.append([code.co_filename, frame.f_lineno or 0, code.co_qualname])
                frame = frame.f_back
            if ident != threading.get_ident():
                answer["threads"].append([natives.get(ident, 0), stack])
        loop = asyncio._get_running_loop()
        found = asyncio.all_tasks(loop) if loop else set()
        answer["loop"] = loop is not None
        answer["total"] = len(found)
        owners, rows = {{}}, []
        for task in found:
            if len(rows) >= most or time.perf_counter() > end:
                break
            row, last, held = describe(task)
            rows.append((row, last))
            for lock in held:
                owners.setdefault(id(lock), []).append(row[1])
        for row, last in rows:
            if last is not None and id(last) in owners:
                row[4].append("held by " + ", ".join(owners[id(last)][:5]))
            answer["tasks"].append(row)
        for thing in gc.get_objects():
            if time.perf_counter() > end or len(answer["dead"]) >= 20:
                break
            if isinstance(thing, asyncio.Task) and thing.done() and not thing.cancelled():
                error = thing._exception
                if error is not None and thing._log_traceback:
                    frames, trace = [], error.__traceback__
                    while trace is not None and len(frames) < 200:
                        code = trace.tb_frame.f_code
                        frames.append([code.co_filename, trace.tb_lineno, code.co_qualname])
                        trace = trace.tb_next
                    name = type(error).__name__
                    answer["dead"].append([thing.get_name(), frames[::-1], name])
    except Exception as error:
        answer["error"] = f"{{type(error).__name__}}: {{error}}"
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with open(os.open(path + ".part", flags, 0o600), "w") as file:
            json.dump(answer, file)
        os.rename(path + ".part", path)
    except OSError:
        pass  # triage has given up and removed the folder


try:
    ask({path!r}, {most}, {seconds})
finally:
    del ask
"""
ANNOUNCEMENT = """\
--in-process runs a script in PID {pid}.
The script reads tasks, locks and queues for at most 0.3 s, changes nothing, and writes one
private file that triage removes."""
NO_ANSWER = (
    f"it did not run the script within {ANSWER_SECONDS:g} s, since its loop is blocked or has"
    " nothing to do; should it come by later, it prints that the script is missing"
)


def ask(process: Process) -> None:
    """Let the process say what cannot be read from outside, and add that to its record.

    A loop that is blocked, or that has nothing to do, does not come by to run the
    script. It then stays pending, and triage goes on without an answer.
    """
    if process.is_over:
        return
    folder = pathlib.Path(tempfile.mkdtemp(prefix="triage-"))
    try:
        answer = folder / "answer.json"
        script = folder / "question.py"
        script.write_text(QUESTION.format(path=str(answer), most=5000, seconds=0.3))
        with contextlib.suppress(OSError):
            owner = (PROC / str(process.pid)).stat()
            for path in (script, folder):
                os.chown(path, owner.st_uid, owner.st_gid)
        sys.remote_exec(process.pid, str(script))
        deadline = time.perf_counter() + ANSWER_SECONDS
        while not answer.exists():
            ensure_same(process)
            if time.perf_counter() > deadline:
                process.answer = {"error": NO_ANSWER}
                return
            time.sleep(0.02)
        process.answer = json.loads(answer.read_text(errors="replace"))
    except GoneError as error:
        process.error = error
    except RACES as error:
        process.answer = {"error": str(_root(error))}
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    _adopt(process)


def _adopt(process: Process) -> None:
    """Let the answer stand in for what could not be read, and add its notes to the rest."""
    for tid, stack in process.answer.get("threads", ()):
        for seen in process.looks[-1:]:
            seen.threads[tid] = tuple(Frame(*frame) for frame in stack)
    said = {}
    for number, name, stack, awaiters, notes in process.answer.get("tasks", ()):
        frames = tuple(Frame(*frame) for frame in stack)
        task = Task(number, name, frames, tuple(awaiters), tuple(notes))
        said[task.key] = task
    # A task made from anext() that could be read by luck has no frames.
    if process.snapshots and all(task.stack for task in process.snapshots[-1].values()):
        last = process.snapshots[-1]
        for key in last.keys() & said.keys():
            task = last[key]
            last[key] = Task(task.id, task.name, task.stack, task.awaiters, said[key].notes)
    elif said:
        process.snapshots = [said]


# ---------------------------------------------------------------------- read: Redis


class RedisError(Exception):
    """Redis could not be asked, or refused to answer."""


class Redis:
    """As much of a Redis client as reading streams needs.

    Source: the Redis serialization protocol, version 2,
    https://redis.io/docs/latest/develop/reference/protocol-spec/
    """

    def __init__(self, url: str) -> None:
        """Connect to ``redis://[user:password@]host[:port][/database]``.

        Raises:
            RedisError: when the address is of another form, or refuses the login.
            OSError: when nothing answers there.
            ValueError: when the port is none.

        """
        parts = urllib.parse.urlsplit(url)
        database = parts.path.strip("/")
        if parts.scheme != "redis" or not (database or "0").isdecimal():
            raise RedisError("not of the form redis://[user:password@]host[:port][/database]")
        address = parts.hostname or "127.0.0.1", parts.port or 6379
        with socket.create_connection(address, timeout=REDIS_SECONDS) as connection:
            self._stream = connection.makefile("rwb")
        if parts.password:
            login = filter(None, [parts.username, parts.password])
            self("AUTH", *map(urllib.parse.unquote, login))
        if database:
            self("SELECT", database)

    def __call__(self, *words: str | bytes) -> Any:
        """Send a command and give its reply."""
        sent = [word.encode() if isinstance(word, str) else word for word in words]
        lines = (b"$%d\r\n%s\r\n" % (len(word), word) for word in sent)
        self._stream.write(b"*%d\r\n%s" % (len(sent), b"".join(lines)))
        self._stream.flush()
        reply = self._reply()
        if isinstance(reply, RedisError):
            raise reply
        return reply

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def _reply(self) -> Any:
        line = self._stream.readline()
        if not line.endswith(b"\r\n"):
            raise RedisError("it closed the connection")
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            return RedisError(rest.decode(errors="replace"))
        if kind == b"+":
            return rest
        size = int(rest)
        if kind == b":":
            return size
        if kind == b"*":
            return [self._reply() for _ in range(size)]
        return self._stream.read(size + 2)[:-2] if size >= 0 else b""


def pending_entries(url: str) -> list[Entry]:
    """List what the consumer groups of all streams have taken and not acknowledged.

    At most 100 entries of a group, the oldest, and what can be asked within `REDIS_SECONDS`.

    Raises:
        RedisError: when nothing answers there, or does not speak to us.

    """
    try:
        return list(_pending(url))
    except (OSError, ValueError) as error:
        raise RedisError(str(error)) from error


def _pending(url: str) -> Iterator[Entry]:
    with contextlib.closing(Redis(url)) as redis:
        end = time.monotonic() + REDIS_SECONDS
        cursor = b"0"
        while time.monotonic() < end:
            cursor, streams = redis("SCAN", cursor, "TYPE", "stream", "COUNT", "1000")
            for stream in streams:
                for info in redis("XINFO", "GROUPS", stream):
                    group = dict(zip(info[::2], info[1::2]))[b"name"]  # noqa: B905 # not in 3.9
                    for row in redis("XPENDING", stream, group, "-", "+", "100"):
                        yield entry_of(redis, stream, group, row)
            if cursor == b"0":
                return


def entry_of(redis: Redis, stream: bytes, group: bytes, row: Sequence[Any]) -> Entry:
    """Describe a row of XPENDING, with the job that the message asks for."""
    number, consumer, idle, deliveries = row
    job = ""
    for _, fields in redis("XRANGE", stream, number, number):
        for value in fields or ():
            # A message of TaskIQ is JSON, unless the broker was given another formatter.
            with contextlib.suppress(ValueError, AttributeError):
                job = str(json.loads(value).get("task_name", "")) or job
    names = [name.decode(errors="replace") for name in (stream, group, number, consumer)]
    return Entry(names[0], names[1], names[2], names[3], deliveries, job, idle / 1000)


def age_of(process: Process) -> float:
    """Seconds since the process started."""
    uptime = float((PROC / "uptime").read_text().split()[0])
    return uptime - process.start / os.sysconf("SC_CLK_TCK")


def assign(entries: Iterable[Entry], processes: Iterable[Process]) -> None:
    """Tell each process which of `entries` were taken before it started."""
    for process in processes:
        age = age_of(process)
        process.unclaimed = [entry for entry in entries if entry.idle > age + START_SLACK]


# ---------------------------------------------------------------------- group


@dataclass(frozen=True, slots=True)
class Wait:
    """What a function of a library waits for, when it is on the stack of a task.

    Attributes:
        kind: what sort of wait that is.
        functions: any of these on the stack.
        leaf: innermost function; empty for any.

    """

    kind: str
    functions: tuple[str, ...]
    leaf: str = ""


# The first entry that is on the stack below your own frame decides, so what is
# specific stands before what it is made of.
WAITS = (
    Wait("shutdown", ("Server._wait_tasks_to_complete",)),
    Wait("thread-slot", ("CapacityLimiter.acquire_on_behalf_of",)),
    Wait("thread", ("AsyncIOBackend.run_sync_in_worker_thread", "to_thread")),
    Wait("slot", ("Receiver._acquire_delivery_slot",)),
    Wait("pool", ("BlockingConnectionPool.get_connection",)),
    # SQLAlchemy's pool is a queue that it waits for from within a greenlet.
    Wait("pool", ("greenlet_spawn",), leaf="Queue.get"),
    Wait("client", ("WebSocket.receive",)),
    Wait("send", ("WebSocket.send",)),
    Wait("lock", ("Lock.acquire",)),
    Wait("semaphore", ("Semaphore.acquire",)),
    Wait("put", ("Queue.put",)),
    Wait("get", ("Queue.get",)),
    Wait("join", ("Queue.join",)),
    Wait("read", ("StreamReader._wait_for_data", "SocketStream.receive", "DataQueue.read")),
    Wait("write", ("StreamWriter.drain", "StreamWriter.wait_closed", "FlowControl.drain")),
    Wait("condition", ("Condition.wait",)),
    Wait("event", ("Event.wait",)),
    Wait("timer", ("sleep",)),
    Wait("tasks", ("_wait", "TaskGroup._aexit", "wait_for")),
)
NOTHING_BELOW = "a future or an async iterator"


@dataclass
class Group:
    """Tasks that wait for the same thing at the same line of your code.

    Attributes:
        place: that line, or the outermost frame where none is yours.
        waiting_on: function of the library that waits.
        kind: what sort of wait that is, see `WAITS`.
        tasks: members in the last sample.
        counts: members in each sample.
        held: members that were at this very place in every sample.
        moved: whether any member came, went or moved on between the samples.

    """

    place: Frame
    waiting_on: str
    kind: str
    tasks: list[Task] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    held: list[Task] = field(default_factory=list)
    moved: bool = False

    @property
    def delta(self) -> int:
        """Change of the count over the samples."""
        return self.counts[-1] - self.counts[0]

    @property
    def age(self) -> int:
        """Samples, counted back from the last, that have seen the group."""
        return next(
            (n for n, count in enumerate(reversed(self.counts)) if not count), len(self.counts)
        )


def own_frame(stack: Stack) -> Frame | None:
    """Give the innermost frame of your own code."""
    return next((frame for frame in stack if frame.is_yours), None)


def wait_of(stack: Stack) -> tuple[str, str]:
    """Say what a stack waits for.

    Returns:
        The function of the library, and the kind of wait.

    """
    below = []
    for frame in stack:
        if frame.is_yours:
            break
        below.append(frame.function)
    if not below:
        return NOTHING_BELOW, "unknown"
    for wait in WAITS:
        if wait.leaf not in {"", below[0]}:
            continue
        for function in below:
            if function in wait.functions or (
                wait.kind in {"send", "client"} and function.startswith(wait.functions)
            ):
                return function, wait.kind
    return below[0], "unknown"


def group(snapshots: list[dict[Key, Task]]) -> list[Group]:
    """Group the tasks of all samples, the largest group first."""
    labels: dict[Stack, tuple[Frame, str, str]] = {}
    groups: dict[tuple[Frame, str, str], Group] = {}
    members: list[dict[tuple[Frame, str, str], set[Key]]] = []
    for number, snapshot in enumerate(snapshots):
        here = defaultdict(set)
        for key, task in snapshot.items():
            if task.stack not in labels:
                labels[task.stack] = _label(task.stack)
            label = labels[task.stack]
            here[label].add(key)
            found = groups.setdefault(label, Group(*label))
            if number == len(snapshots) - 1:
                found.tasks.append(task)
                if all(key in old and old[key].stack == task.stack for old in snapshots):
                    found.held.append(task)
        members.append(here)
    for label, found in groups.items():
        sets = [here.get(label, set()) for here in members]
        found.counts = [len(keys) for keys in sets]
        found.moved = any(keys != sets[0] for keys in sets) or len(found.held) < len(found.tasks)
    return sorted(groups.values(), key=lambda found: (-found.counts[-1], found.place.file))


NOWHERE = Frame("", 0, "")


def _label(stack: Stack) -> tuple[Frame, str, str]:
    place = own_frame(stack) or (stack[-1] if stack else NOWHERE)
    return place, *wait_of(stack)


# ---------------------------------------------------------------------- judge

# Roots of work that somebody waits for. A request is over when its function is.
REQUEST_ROOTS = ("RequestResponseCycle.run_asgi",)
SESSION_ROOTS = (
    "WebSocketsSansIOProtocol.run_asgi",
    "WebSocketProtocol.run_asgi",
    "WSProtocol.run_asgi",
)
# Functions that may wait for long on purpose. Which command a Redis client has
# sent is not on the stack, and BLPOP waits for as long as it likes.
MEANT_TO_WAIT = re.compile(
    r"^(?:StreamingResponse|EventSourceResponse|PubSub)\.|^Redis\._?execute_command"
)
LOOP_FRAMES = (
    "BaseEventLoop.run_forever",
    "BaseEventLoop.run_until_complete",
    "BaseEventLoop._run_once",
    "Runner.run",
)


@dataclass(frozen=True)
class Finding:
    """A named cause at a place, with what speaks for it."""

    place: Frame
    tasks: int
    confidence: str
    evidence: list[str]


@dataclass
class Case:
    """Everything about one process that the rules judge.

    Attributes:
        process: what was read.
        window: seconds from the first to the last sample.
        groups: its tasks.

    """

    process: Process
    window: float
    groups: list[Group]

    @property
    def samples(self) -> int:
        """Samples that could be read."""
        return len(self.process.snapshots)

    @property
    def latest(self) -> dict[Key, Task]:
        """Tasks of the last sample."""
        return self.process.snapshots[-1] if self.process.snapshots else {}

    @property
    def main_stacks(self) -> list[tuple[str, Stack]]:
        """State and stack of the main thread at each look."""
        main = self.process.main
        return [(look.state, look.threads.get(main, ())) for look in self.process.looks]

    @property
    def loop_stacks(self) -> list[tuple[str, Stack]]:
        """The same where an event loop runs: a supervisor without tasks may sleep anywhere."""
        has_no_task = self.process.snapshots and not self.latest
        return [] if has_no_task else self.main_stacks

    def of_kind(self, *kinds: str) -> list[Group]:
        """Give the groups that wait in one of these ways."""
        return [found for found in self.groups if found.kind in kinds]

    def roots_of(self, task: Task) -> list[Task]:
        """Follow the awaiters up to those that nobody awaits."""
        by_id = {other.id: other for other in self.latest.values()}
        seen, waiting, roots = {task.id}, [task], []
        while waiting:
            current = waiting.pop()
            above = [by_id[number] for number in current.awaiters if number in by_id]
            if not above:
                roots.append(current)
            fresh = [other for other in above if other.id not in seen]
            seen.update(other.id for other in fresh)
            waiting += fresh
        return roots

    def is_below(self, task: Task, functions: tuple[str, ...]) -> bool:
        """Whether a root of `task` began in one of `functions`."""
        return any(
            root.stack and root.stack[-1].function in functions for root in self.roots_of(task)
        )

    def during(self, what: str) -> str:
        """Put the window into words."""
        return f"{what} in all {self.samples} samples"


def counted(number: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def inside_callback(stack: Stack) -> bool:
    """Whether the thread is in a task or a callback, and not in the loop itself.

    A stack ends where C called Python. So the stack of a step of the loop does
    not reach the module that started the loop, and that of a waiting loop does.
    """
    return bool(
        stack
        and stack[-1].function not in BOTTOM
        and not any(frame.function in LOOP_FRAMES for frame in stack)
    )


Judge = Callable[[Case], Iterable[Finding]]


@dataclass(frozen=True)
class Rule:
    """One rule, as --rules prints it.

    Attributes:
        id: name of the rule.
        cause: the cause that it names.
        condition: when it speaks.
        threshold: how much is needed.
        sentence: what it says to the reader, about the place.
        why: why this is honest evidence, and what is not.
        page: where the runbook goes on.
        judge: the rule itself.

    """

    id: str
    cause: str
    condition: str
    threshold: str
    sentence: str
    why: str
    page: str
    judge: Judge


def most_common_place(stacks: Iterable[Stack]) -> tuple[Frame, int]:
    """Give the function of your code that most stacks are in, and how many are."""
    frames: dict[tuple[str, str], Frame] = {}
    count: Counter[tuple[str, str]] = Counter()
    for stack in stacks:
        if frame := own_frame(stack) or (stack[0] if stack else None):
            frames.setdefault((frame.file, frame.function), frame)
            count[frame.file, frame.function] += 1
    if not count:
        return NOWHERE, 0
    (place, times), *_ = count.most_common(1)
    return frames[place], times


def other_threads_load(case: Case) -> float:
    """CPU seconds per second of all threads but the main one."""
    if len(case.process.cpu) < 2 or not case.window:
        return 0.0
    first, last = case.process.cpu[0], case.process.cpu[-1]
    used = (last[tid] - first.get(tid, 0.0) for tid in last if tid != case.process.pid)
    return sum(used) / case.window


def loop_blocked(case: Case) -> Iterator[Finding]:
    """Find a blocking call in the event loop."""
    looks = case.loop_stacks
    asleep = [stack for state, stack in looks if state in "SD" and inside_callback(stack)]
    place, times = most_common_place(asleep)
    share = times / max(len(looks), 1)
    # With busy threads beside it, the main thread may sleep for its turn with the GIL.
    if times < 3 or share < 0.25 or other_threads_load(case) > 0.5:
        return
    evidence = [
        f"the main thread slept inside {place.function} in {times} of {len(looks)} looks",
        "the loop serves nobody while it does",
    ]
    deepest = next(stack[0] for stack in reversed(asleep) if place in (own_frame(stack), stack[0]))
    if deepest != place:
        evidence.append(f"the call went as far as {deepest.function}, which does not give way")
    yield Finding(place, 1, "certain" if share >= 0.9 else "likely", evidence)


def loop_busy(case: Case) -> Iterator[Finding]:
    """Find computation that keeps the event loop."""
    looks = case.loop_stacks
    running = [stack for state, stack in looks if state == "R" and inside_callback(stack)]
    place, times = most_common_place(running)
    share = times / max(len(looks), 1)
    still = sum(a == b for a, b in itertools.pairwise(case.process.snapshots))
    if times < 3 or share < 0.8 or (case.samples and not still):
        return
    evidence = [
        f"the main thread computed inside this function in {times} of {len(looks)} looks",
        f"no task came, went or moved between {still + 1} samples" if still else "",
    ]
    yield Finding(place, 1, "certain" if share >= 0.95 and still else "likely", evidence)


def await_cycle(case: Case) -> Iterator[Finding]:
    """Find tasks that wait for each other in a circle."""
    cycle = find_cycle(case.latest.values())
    if cycle and all(task.key in old for old in case.process.snapshots for task in cycle):
        stacks = [task.stack for task in cycle if own_frame(task.stack)]
        place = own_frame(stacks[0]) if stacks else None
        names = " -> ".join([*(task.name for task in cycle), cycle[0].name])
        evidence = [f"each awaits the next: {names}", case.during("the circle was there")]
        yield Finding(place or NOWHERE, len(cycle), "certain", evidence)


def find_cycle(tasks: Iterable[Task]) -> list[Task]:
    """Give the tasks of one circle of awaits, in the order of awaiting; empty without one."""
    by_id = {task.id: task for task in tasks}
    done: set[int] = set()
    for start in by_id:
        path: list[int] = []
        on_path: dict[int, int] = {}
        branches = [iter((start,))]
        while branches:
            number = next(branches[-1], None)
            if number is None:
                branches.pop()
                if path and len(path) == len(branches):
                    done.add(path[-1])
                    del on_path[path.pop()]
            elif number in on_path:
                # Awaiters were followed, so the circle is read backwards.
                return [by_id[other] for other in reversed(path[on_path[number] :])]
            elif number in by_id and number not in done:
                on_path[number] = len(path)
                path.append(number)
                branches.append(iter(by_id[number].awaiters))
    return []


def is_tree(tasks: Iterable[Task]) -> bool:
    """Whether each task has one awaiter at most, and the way up is short and ends."""
    above = {task.id: task.awaiters for task in tasks}
    ends: set[int] = set()
    for start in above:
        path = [start]
        while path[-1] not in ends and (awaiters := above.get(path[-1])):
            if len(set(awaiters)) > 1 or len(path) > LONGEST_WAY_UP:
                return False
            path.append(awaiters[0])
        ends.update(path)
    return True


def lock_queue(case: Case) -> Iterator[Finding]:
    """Find a lock or a semaphore that many wait for and few get."""
    for found in case.of_kind("lock", "semaphore", "condition"):
        lasting = len(found.held) >= 2 or (found.held and min(found.counts) >= 3)
        if case.samples < 2 or not lasting or not found.place.is_yours:
            continue
        holders = [
            task
            for task in case.latest.values()
            if task.key not in {waiter.key for waiter in found.tasks}
            and any(
                (frame.file, frame.function) == (found.place.file, found.place.function)
                for frame in task.stack
            )
        ]
        stuck = [task for task in holders if in_all(case, task)]
        # A semaphore is often meant to hold the rest back, and then its holders move.
        if found.kind != "lock" and (found.moved or not stuck):
            continue
        evidence = [case.during(f"{len(found.held)} tasks waited for the same {found.kind}")]
        if holders:
            inner = own_frame(holders[0].stack) or found.place
            evidence.append(
                f"{holders[0].name} is past it, and waits in {holders[0].stack[0].function}"
                f" at line {inner.line} of {inner.function}"
            )
        yield Finding(found.place, found.counts[-1], "likely" if holders else "possible", evidence)


def in_all(case: Case, task: Task) -> bool:
    """Whether the task was at this very place in every sample."""
    return all(
        task.key in old and old[task.key].stack == task.stack for old in case.process.snapshots
    )


def pool_empty(case: Case) -> Iterator[Finding]:
    """Find a connection pool that gives nothing back."""
    for found in case.of_kind("pool"):
        if found.held and case.samples > 1:
            evidence = [case.during(f"{len(found.held)} tasks waited for a connection of the pool")]
            yield Finding(found.place, found.counts[-1], "likely", evidence)


def threads_taken(case: Case) -> Iterator[Finding]:
    """Find sync functions that hold every thread of the pool."""
    waiting = case.of_kind("thread-slot")
    held = [task for found in waiting for task in found.held]
    if held and case.samples > 1:
        last = case.process.looks[-1]
        stacks = [stack for tid, stack in last.threads.items() if tid != case.process.main]
        place, times = most_common_place(stacks)
        inside = sum(found.counts[-1] for found in case.of_kind("thread"))
        evidence = [
            case.during(f"{counted(len(held), 'task')} waited for a free worker thread"),
            f"{counted(inside, 'task')} hold a thread; {times} of these run {place.function}",
        ]
        if not place.is_yours:
            evidence.append("the rest of the stack could not be read; --in-process shows it")
        count = sum(found.counts[-1] for found in waiting)
        yield Finding(place, count, "likely", evidence)


def slots_taken(case: Case) -> Iterator[Finding]:
    """Find jobs that hold every slot of a TaskIQ worker."""
    gate = [task for found in case.of_kind("slot") for task in found.held]
    jobs = [task for task in case.latest.values() if task.passes("Receiver.run_task")]
    if gate and jobs and all(in_all(case, job) for job in jobs) and case.samples > 1:
        place, times = most_common_place(job.stack for job in jobs)
        evidence = [
            case.during("the worker waited for a free slot before it takes the next message"),
            case.during(f"none of its {len(jobs)} jobs moved"),
        ]
        yield Finding(place, times, "likely", evidence)


def queue_full(case: Case) -> Iterator[Finding]:
    """Find a producer before a full queue that nobody empties."""
    yours = [found for found in case.groups if found.place.is_yours]
    if case.samples < 2 or any(found.moved for found in yours):
        return
    for found in case.of_kind("put"):
        if found.held and found.place.is_yours:
            evidence = [
                case.during(f"{len(found.held)} tasks waited to put into a full queue"),
                "no task of your code moved meanwhile, so nobody takes from it",
            ]
            yield Finding(found.place, found.counts[-1], "likely", evidence)


def slow_client(case: Case) -> Iterator[Finding]:
    """Find a broadcaster that waits for one slow client."""
    for found in case.of_kind("send"):
        shared = [task for task in found.held if not case.is_below(task, SESSION_ROOTS)]
        if shared and case.samples > 1:
            evidence = [
                case.during(f"{shared[0].name} waited until one client takes its data"),
                "it is not the task of that client's own session, so other clients wait behind it",
            ]
            yield Finding(found.place, len(shared), "likely", evidence)


def stuck_read(case: Case) -> Iterator[Finding]:
    """Find requests that wait for an answer from outside, for the whole window."""
    if case.samples < 2 or not all(sockets.outbound for sockets in case.process.sockets):
        return
    kept = frozenset.intersection(*(sockets.outbound for sockets in case.process.sockets))
    for found in case.of_kind("read"):
        stuck = [
            task
            for task in found.held
            if case.is_below(task, REQUEST_ROOTS)
            and not any(MEANT_TO_WAIT.search(frame.function) for frame in task.stack)
        ]
        if stuck and kept:
            evidence = [
                case.during(f"{counted(len(stuck), 'request')} waited in the same read"),
                f"{counted(len(kept), 'connection')} to the outside stayed open all the time",
                "no deadline has ended the wait so far",
            ]
            confidence = "likely" if len(stuck) > 1 else "possible"
            yield Finding(found.place, len(stuck), confidence, evidence)


def shutdown_waits(case: Case) -> Iterator[Finding]:
    """Find what a shutdown waits for."""
    waiting = [task for found in case.of_kind("shutdown") for task in found.held]
    stacks = [stack for _, stack in case.main_stacks]
    cancelled = stacks and all(
        any(frame.function == "_cancel_all_tasks" for frame in stack) for stack in stacks
    )
    if case.samples < 2 or not (waiting or cancelled):
        return
    left = [task for found in case.groups if found.place.is_yours for task in found.held]
    place, times = most_common_place(task.stack for task in left)
    if cancelled:
        evidence = [
            "asyncio.run() has cancelled every task and waits for them to end",
            case.during(f"{counted(len(left), 'task')} were still there"),
        ]
        yield Finding(place, times, "certain", evidence)
    elif left:
        evidence = [
            case.during("uvicorn was in its shutdown and waited for its tasks to complete"),
            case.during(f"{counted(len(left), 'task')} of your code did not move"),
        ]
        yield Finding(place, times, "likely", evidence)


def clients_gone(case: Case) -> Iterator[Finding]:
    """Find handlers whose client has left."""
    roots = REQUEST_ROOTS + SESSION_ROOTS
    counts = [len(s.inbound) for s in case.process.sockets if s.inbound is not None]
    if case.samples < 2 or len(counts) < len(case.process.sockets):
        return
    held = [
        task
        for found in case.groups
        for task in found.held
        if task.stack and task.stack[-1].function in roots
    ]
    excess = len(held) - max(counts, default=0)
    if excess > 0:
        place, _ = most_common_place(task.stack for task in held if own_frame(task.stack))
        if place is not NOWHERE:
            evidence = [
                case.during(f"{counted(len(held), 'handler')} did not move"),
                (
                    f"the process had at most {counted(max(counts), 'open connection')} from"
                    f" clients, so at least {excess} of the handlers had none"
                ),
            ]
            yield Finding(place, excess, "likely", evidence)


def orphans(case: Case) -> Iterator[Finding]:
    """Find tasks of your own that outlive what they were made for."""
    clients = [len(s.inbound) for s in case.process.sockets if s.inbound is not None]
    if not clients or len(clients) < len(case.process.sockets) or case.samples < 2:
        return
    by_origin: dict[tuple[str, str], list[Task]] = defaultdict(list)
    kept = set.intersection(*(set(old) for old in case.process.snapshots))
    for key in kept:
        task = case.latest[key]
        if not task.awaiters and task.stack and task.stack[-1].is_yours:
            by_origin[task.stack[-1].file, task.stack[-1].function].append(task)
    for tasks in by_origin.values():
        numbers = sorted(
            int(number[1]) for task in tasks if (number := re.fullmatch(r"Task-(\d+)", task.name))
        )
        gaps = sum(b - a > 1 for a, b in itertools.pairwise(numbers))
        if len(numbers) - max(clients) >= 3 and gaps >= 2:
            place, _ = most_common_place(task.stack for task in tasks)
            evidence = [
                case.during(
                    f"{counted(len(tasks), 'task')} of this kind were there, awaited by no task"
                ),
                f"the process had at most {counted(max(clients), 'open connection')} from clients",
                (
                    f"their numbers, Task-{numbers[0]} to Task-{numbers[-1]}, have {gaps} gaps, so"
                    " they were started one by one and not as a set"
                ),
            ]
            yield Finding(place, len(tasks), "likely", evidence)


def runaway(case: Case) -> Iterator[Finding]:
    """Find a number of tasks that goes up and up."""
    if not case.process.snapshots and is_too_long(case.process.error):
        stacks = [stack for _, stack in case.main_stacks if inside_callback(stack)]
        place, _ = most_common_place(stacks)
        evidence = [f"there are more tasks than the {MAX_TASKS:,} that CPython 3.14 can list"]
        yield Finding(place, MAX_TASKS + 1, "likely", evidence)
    for found in case.groups:
        steps = [b - a for a, b in itertools.pairwise(found.counts)]
        grows = bool(steps) and all(step > 0 for step in steps)
        started = [task for task in found.held if task.stack and task.stack[-1].is_yours]
        evidence = []
        if grows and found.delta >= 50 and len(steps) > 1:
            counts = ", ".join(map(str, found.counts))
            evidence.append(f"the count went up in every sample: {counts}")
        if len(started) >= MANY and case.samples > 1:
            evidence.append(
                case.during(f"{counted(len(started), 'task')} that your code started waited")
            )
        if evidence and found.place.is_yours:
            yield Finding(found.place, found.counts[-1], "likely", evidence)


def dead_task(case: Case) -> Iterator[Finding]:
    """Find a task that died and whose error nobody has seen."""
    for name, stack, error in case.process.answer.get("dead", ()):
        frames = tuple(Frame(*frame) for frame in stack)
        evidence = [f"{name} ended with {error}, and nobody has asked for its result"]
        yield Finding(own_frame(frames) or (frames or (NOWHERE,))[0], 1, "certain", evidence)


def cancel_ignored(case: Case) -> Iterator[Finding]:
    """Find tasks that were cancelled and live on."""
    for found in case.groups:
        ignored = [task for task in found.tasks if any("cancelled" in note for note in task.notes)]
        if ignored and found.place.is_yours and all(in_all(case, task) for task in ignored):
            evidence = [f"{counted(len(ignored), 'task')} were cancelled, and still wait here"]
            yield Finding(found.place, len(ignored), "certain", evidence)


def unclaimed(case: Case) -> Iterator[Finding]:
    """Find jobs that were taken before the worker started, and that nobody took over."""
    if not loop_seen(case):
        return
    jobs = Counter((entry.stream, entry.group, entry.job) for entry in case.process.unclaimed)
    for (stream, group, job), number in jobs.items():
        place = Frame(f"stream {stream}", 0, job.rpartition(":")[2] or f"group {group}")
        evidence = [
            f"{counted(number, 'job')} of group {group}, taken before this process started",
            "nobody has acknowledged or taken over any while triage looked",
        ]
        yield Finding(place, number, "likely", evidence)


RULES = (
    Rule(
        "loop-blocked",
        "blocking-io",
        "The main thread sleeps in the same function of your code, inside a step of the loop.",
        "3 looks and 25% of them; certain from 90%",
        "A call in this function blocks the whole event loop.",
        "A thread that waits for events sleeps in the selector."
        " One that sleeps anywhere else in a step of the loop has called something that blocks,"
        " and no other task runs meanwhile."
        " The rule is silent while other threads use the CPU, since the sleep may then be the wait"
        " for the GIL.",
        "runbook/causes/blocking-io.md",
        loop_blocked,
    ),
    Rule(
        "loop-busy",
        "cpu-bound",
        "The main thread computes in the same function of your code, and no task moves.",
        "80% of the looks; certain from 95%",
        "This function computes in the event loop: hand over to a profiler.",
        "A loaded service computes too, but its tasks change from sample to sample."
        " Only where they stand still does one step keep the loop.",
        "runbook/limits.md",
        loop_busy,
    ),
    Rule(
        "await-cycle",
        "await-cycle",
        "Tasks await each other in a circle.",
        "1 circle, in every sample",
        "These tasks wait for each other and can never go on.",
        "No event from outside can complete a task of the circle, so this needs no threshold.",
        "runbook/incidents/await_cycle.md",
        await_cycle,
    ),
    Rule(
        "runaway",
        "runaway-tasks",
        "The tasks at one place become more in every sample, or far too many of them wait.",
        f"50 more in 3 samples; {MANY:,} that do not move; or more than {MAX_TASKS:,} in all",
        "Tasks are made faster than they end.",
        "Load that comes and goes makes the count go up and down."
        " Sessions of clients are not counted, since each has a connection to show for it.",
        "runbook/causes/runaway-tasks.md",
        runaway,
    ),
    Rule(
        "lock-queue",
        "starvation",
        "Tasks wait for one lock for the whole window; of a semaphore, no holder moves either.",
        "2 tasks from the first sample to the last, or 3 in each and 1 of them throughout",
        "Tasks queue for a lock that is held for too long.",
        "Short waits for a lock are normal, and then other tasks wait in each sample."
        " A semaphore is there to hold tasks back, so it counts only when nothing moves.",
        "runbook/causes/starvation.md",
        lock_queue,
    ),
    Rule(
        "pool-empty",
        "starvation",
        "A task waits for a connection of a pool for the whole window.",
        "1 task, in every sample",
        "The connection pool is empty and gets nothing back.",
        "A pool hands a connection on within one query."
        " A wait as long as the window means that the holders keep theirs.",
        "runbook/causes/starvation.md",
        pool_empty,
    ),
    Rule(
        "threads-taken",
        "starvation",
        "A task waits for a free thread of the pool for sync endpoints for the whole window.",
        "1 task, in every sample",
        "Sync functions hold every worker thread.",
        "The pool has 40 threads, and a task waits for one only when all are taken."
        " The stacks of these threads show what takes them.",
        "runbook/causes/starvation.md",
        threads_taken,
    ),
    Rule(
        "slots-taken",
        "starvation",
        "A TaskIQ worker waits for a free slot, and none of its jobs moves.",
        "every job, in every sample",
        "Jobs that do not end hold every slot of the worker.",
        "A busy worker waits for slots as well, but its jobs come and go.",
        "runbook/causes/starvation.md",
        slots_taken,
    ),
    Rule(
        "queue-full",
        "starvation",
        "A task waits to put into a full queue, and no task of your code moves.",
        "1 task, in every sample",
        "The queue is full, and nobody takes from it.",
        "A full queue in front of a consumer that works is back pressure, as intended."
        " An empty one is never a fault: its consumer has nothing to do.",
        "runbook/causes/starvation.md",
        queue_full,
    ),
    Rule(
        "slow-client",
        "starvation",
        "A task that is not the session of the client waits until a WebSocket takes its data.",
        "1 task, in every sample",
        "One slow client holds up everybody behind it.",
        "A session that waits for its own client harms nobody."
        " A task that serves several clients in turn makes all of them wait.",
        "runbook/causes/starvation.md",
        slow_client,
    ),
    Rule(
        "stuck-read",
        "missing-cancellation",
        "HTTP requests wait in the same read, and connections to the outside stay open.",
        "2 requests for likely, 1 for possible, in every sample",
        "Requests wait for an answer from outside, and nothing cancels the wait.",
        "What may wait on purpose is left out: a stream, a subscription, a command of Redis."
        " Whether the other side is slow or dead cannot be seen from here.",
        "runbook/causes/missing-cancellation.md",
        stuck_read,
    ),
    Rule(
        "shutdown-waits",
        "missing-cancellation",
        "The process is in its shutdown, and tasks of your code do not end.",
        "1 task, in every sample",
        "The shutdown waits for this.",
        "Both uvicorn and asyncio.run() wait for tasks in functions of their own, so the wait is"
        " certain. What is left of your code is what they wait for.",
        "runbook/causes/missing-cancellation.md",
        shutdown_waits,
    ),
    Rule(
        "clients-gone",
        "missing-cancellation",
        "More handlers stand still than clients are connected.",
        "1 handler more, in every sample",
        "Handlers work on for clients that have left.",
        "A connection serves one handler at a time."
        " The rule needs the sockets of the process, so it is silent behind a Unix socket.",
        "runbook/causes/missing-cancellation.md",
        clients_gone,
    ),
    Rule(
        "orphans",
        "missing-cancellation",
        "Tasks that your code started and nobody awaits outnumber the connected clients.",
        "3 more than clients, with 2 gaps in the numbers of their names, in every sample",
        "Tasks were started for something that is over, and nobody ended them.",
        "A fixed set of workers is started at once, so the numbers of its tasks follow each other."
        " Tasks with one name or with numbers in a row are therefore never called orphans.",
        "runbook/causes/missing-cancellation.md",
        orphans,
    ),
    Rule(
        "dead-task",
        "starvation",
        "A task has ended with an error, and nobody has asked for its result.",
        "1 task; needs --in-process",
        "This task died, so whoever waits for what it made waits in vain.",
        "From outside a dead task is only an absent one, and absence has no place in the code.",
        "runbook/causes/starvation.md",
        dead_task,
    ),
    Rule(
        "cancel-ignored",
        "missing-cancellation",
        "A task was cancelled and still waits at the same place.",
        "1 task, in every sample; needs --in-process",
        "This task swallows its cancellation.",
        "From outside the request to cancel cannot be seen.",
        "runbook/causes/missing-cancellation.md",
        cancel_ignored,
    ),
    Rule(
        "unclaimed",
        "starvation",
        "Entries of a Redis stream were taken before the process started, and nobody acknowledges"
        " them or takes them over.",
        "1 entry, before and after the samples; needs --redis",
        "Whoever took these jobs is gone, and nobody works on them.",
        "No process holds such a job, so only Redis knows it."
        " A worker that triage was not given, on another host, may still run it: hence likely.",
        "runbook/incidents/worker_looks_idle.md",
        unclaimed,
    ),
)
NORMAL_WAITS = (
    "A wait that may be normal is never called a fault: a consumer of an empty queue or stream,"
    " a session that waits for its client, a timer, a task that waits for its children."
    " Where every task waits like this, the outcome is idle."
)


@dataclass
class Verdict:
    """What triage says about one process.

    Attributes:
        case: what it judged.
        status: findings, healthy, idle, blind, denied, gone or not-python.
        reason: the status in words.
        following: the next step, with its commands on lines of their own; or empty.
        findings: with the rule that found each.

    """

    case: Case
    status: str
    reason: str
    following: str = ""
    findings: list[tuple[Rule, Finding]] = field(default_factory=list)

    @property
    def was_read(self) -> bool:
        """Whether the tasks of a loop were read."""
        return self.status in {"findings", "healthy"} or (
            self.status == "idle" and bool(self.case.latest)
        )


OUTCOMES: dict[type[Exception], tuple[str, str, str]] = {
    GoneError: (
        "gone",
        "there is no such process, or it ended while it was read",
        "look for its successor: run triage without a PID",
    ),
    DeniedError: (
        "denied",
        "the kernel does not let this user read its memory",
        "run triage as the user of the process, or as root with the capability SYS_PTRACE",
    ),
    NotPythonError: (
        "not-python",
        "there is no Python runtime in it",
        "run triage without a PID to list the Python processes",
    ),
}


def judge(process: Process, window: float) -> Verdict:
    """Judge one process by all rules, or say why that cannot be done."""
    case = Case(process, window, group(process.snapshots))
    process.role = final_role(case)
    error = process.error
    if error is not None and type(error) in OUTCOMES:
        return Verdict(case, *OUTCOMES[type(error)])
    if shut_off := inaccessible(process):
        return Verdict(case, "blind", *shut_off)
    findings = [(rule, finding) for rule in RULES for finding in rule.judge(case)]
    blind = next(blindness(case), None)
    if findings:
        return Verdict(case, "findings", *(blind or ("", "")), findings)
    if blind:
        return Verdict(case, "blind", *blind)
    return Verdict(case, *well(case))


def inaccessible(process: Process) -> tuple[str, str] | None:
    """Say why nothing at all can be seen of a process, and what to do about it."""
    pid = process.pid
    if isinstance(process.error, OtherFilesError):
        return str(process.error), (
            "as root, run triage in there with the interpreter of the process\n"
            f"nsenter --target {pid} --mount --pid /proc/{process.main}/exe"
            f" - {process.main} <{sys.argv[0]}"
        )
    if isinstance(process.error, OtherPythonError):
        return str(process.error), (
            f"if /proc/{pid}/exe is another 3.14, run triage with that;"
            f" else py-spy dump --pid {pid} shows its stacks"
        )
    if process.stopped:
        reason = "the process is stopped by a signal, so nothing in it can move"
        return reason, f"kill -CONT {pid}, then run triage again"
    return None


def final_role(case: Case) -> str:
    """Tell a server from its supervisor, now that the loop was seen or not."""
    role = case.process.role
    has_loop = loop_seen(case)
    if role == "uvicorn":
        return "uvicorn server" if has_loop else "uvicorn supervisor"
    if role == "TaskIQ worker" and not has_loop:
        return "other"
    return role


def loop_seen(case: Case) -> bool:
    """Whether an event loop runs in the main thread."""
    hidden = isinstance(case.process.error, UnreadableError) and not case.process.snapshots
    return (
        bool(case.latest)
        or hidden
        or any(frame.function in LOOP_FRAMES for _, stack in case.main_stacks for frame in stack)
    )


def blindness(case: Case) -> Iterator[tuple[str, str]]:
    """Say why the tasks of a process were not seen, and what to do about it.

    Yields:
        Reason and next step, the best founded first; nothing when they were seen.

    """
    process = case.process
    stacks = [stack for _, stack in case.main_stacks]
    if "error" in process.answer:
        yield f"--in-process got no answer: {process.answer['error']}", ""
    if case.latest:
        return
    if process.looks and not any(stacks):
        yield (
            "a subinterpreter is alive in it, and CPython 3.14 shows only the newest interpreter",
            "look again when the subinterpreter is closed, or ask the service itself",
        )
    if elsewhere := loop_elsewhere(process):
        tid, place = elsewhere
        yield (
            (
                f"its event loop runs in thread {tid}, started in {place.function}, and CPython"
                " 3.14 lists the tasks of the main thread only"
            ),
            f"py-spy dump --pid {process.pid} shows the stack of that thread",
        )
    if process.snapshots:
        return
    in_process = "run triage again with --in-process"
    if is_too_long(process.error):
        yield f"it has more than {MAX_TASKS:,} tasks, too many to list", in_process
    elif sum(map(inside_callback, stacks)) * 2 > len(stacks):
        yield "it changes faster than it can be read", "run triage again with --freeze"
    else:
        yield (
            (
                "its tasks cannot be listed although its loop is at rest: one task is made from"
                " anext(), as in an idle TaskIQ worker"
            ),
            f"{in_process}{ask_redis(process)}",
        )


def loop_elsewhere(process: Process) -> tuple[int, Frame] | None:
    """Find an event loop in another thread than the main one.

    Returns:
        The id of the thread and the place that started the loop.

    """
    for seen in process.looks:
        for tid, stack in seen.threads.items():
            if tid != process.main and any(frame.function in LOOP_FRAMES for frame in stack):
                return tid, own_frame(stack) or stack[-1]
    return None


def well(case: Case) -> tuple[str, str, str]:
    """Tell idle from healthy.

    Returns:
        Status, reason and next step.

    """
    if not case.latest:
        return "idle", "it has no event loop", ""
    quiet = not any(found.moved for found in case.groups)
    if quiet and not any(inside_callback(stack) for _, stack in case.main_stacks):
        following = "if it has work to do, look where that comes from: the broker or the clients"
        if not case.process.answer:
            following += "; if a task of yours is not in the table, --in-process tells how it ended"
        following += ask_redis(case.process)
        return "idle", "every task waits, and each of these waits may be normal", following
    return "healthy", "its tasks move, and no rule speaks", ""


def ask_redis(process: Process) -> str:
    """Say how to see the jobs that no process holds: one that a dead worker took is pending."""
    if process.role != "TaskIQ worker" or process.unclaimed:
        return ""
    question = "; then ask Redis for jobs that nobody works on"
    return f"{question}\npython {sys.argv[0]} --redis $REDIS_URL {process.pid}"


# ---------------------------------------------------------------------- say


def clean(text: str) -> str:
    """Make names safe for a terminal: no control characters, no lone surrogates."""
    # CPython 3.14 hands over non-ASCII names as NUL bytes.
    return "".join(
        "?" if char == "\0" else char if char.isprintable() else ascii(char)[1:-1] for char in text
    )


def fit(text: str, width: int) -> str:
    """Cut the beginning of a long text off: the end of a path says more."""
    return text if len(text) <= width else "..." + text[3 - width :]


def place_text(frame: Frame, process: Process) -> str:
    """Write a place as file and line, from the working directory of the process."""
    if frame == NOWHERE:
        return ""
    name = frame.file.removeprefix(process.cwd.rstrip("/") + "/")
    return f"{name}:{frame.line}" if frame.line else name


@dataclass(frozen=True)
class Painter:
    """Colours for a terminal, and none for a file or a pipe."""

    on: bool

    def __call__(self, code: str, text: str) -> str:
        """Paint `text` with an SGR `code`."""
        return f"\033[{code}m{text}\033[0m" if self.on else text


STATUS_COLOURS = {"findings": "1;31", "healthy": "32", "idle": "32"}


def text_of(verdict: Verdict, paint: Painter) -> Iterator[str]:
    """Write the verdict on one process in lines of at most 100 columns."""
    process = verdict.case.process
    head = f"PID {process.pid}: {process.role}  "
    colour = STATUS_COLOURS.get(verdict.status, "1;33")
    command = clean(process.command)
    yield f"{head}{paint(colour, verdict.status.upper())}"
    if command:
        yield f"  {command if len(command) < COLUMNS - 2 else command[: COLUMNS - 5] + '...'}"
    if verdict.reason:
        yield from wrapped(verdict.reason[0].upper() + verdict.reason[1:] + ".", "  ")
    if verdict.following:
        sentence, *commands = verdict.following.split("\n")
        yield from wrapped(f"Next: {sentence}{':' if commands else '.'}", "  ")
        for command in commands:
            yield f"    {command}"
    for number, (rule, finding) in enumerate(verdict.findings, 1):
        yield from finding_text(number, rule, finding, process, paint)
    yield from table_of(verdict)


def finding_text(
    number: int, rule: Rule, finding: Finding, process: Process, paint: Painter
) -> Iterator[str]:
    """Write one finding."""
    count = counted(finding.tasks, "task")
    yield ""
    yield paint("1", f"  {number}. {rule.cause} ({finding.confidence}), {count}")
    where = clean(place_text(finding.place, process))
    if where:
        yield f"     {fit(f'{where} {clean(finding.place.function)}', COLUMNS - 5)}"
    yield from wrapped(rule.sentence, "     ")
    for line in filter(None, finding.evidence):
        yield from wrapped(f"- {clean(line)}", "     ", "       ")
    yield f"     Page: {rule.page}"


def table_of(verdict: Verdict) -> Iterator[str]:
    """Write the groups of your own code as a table, and count the others."""
    yours = [found for found in verdict.case.groups if found.place.is_yours and found.counts[-1]]
    others = [found for found in verdict.case.groups if not found.place.is_yours]
    process = verdict.case.process
    if yours:
        width = COLUMNS - 2 - 31 - 30
        yield ""
        head = f"  {'tasks':>6} {'change':>7} {'samples':>8} moved "
        yield f"{head} {'your code':<{width}} waiting on"
    for found in yours[:20]:
        where = f"{clean(place_text(found.place, process))} {clean(found.place.function)}"
        moved = "yes" if found.moved else "no"
        row = (
            f"  {found.counts[-1]:>6} {found.delta:>+7} {found.age:>8} {moved:<6}"
            f" {fit(where, width):<{width}} {fit(clean(found.waiting_on), 28)}"
        )
        yield row.rstrip()
        for note in dict.fromkeys(note for task in found.tasks[:50] for note in task.notes):
            yield from wrapped(clean(note), " " * 33)
    if yours[20:]:
        yield f"  and {len(yours) - 20} more places"
    if count := sum(found.counts[-1] for found in others):
        names = sorted({found.place.function for found in others if found.counts[-1]})
        yield from wrapped(
            f"{counted(count, 'task')} of libraries: {clean(', '.join(names))}", "  "
        )


def wrapped(text: str, first: str, later: str | None = None) -> list[str]:
    """Wrap a sentence to the columns of the output."""
    indent = first if later is None else later
    return textwrap.wrap(text, COLUMNS, initial_indent=first, subsequent_indent=indent)


def text_report(verdicts: list[Verdict], run: dict[str, Any], paint: Painter) -> Iterator[str]:
    """Write the whole report for a person."""
    for verdict in verdicts:
        yield from text_of(verdict, paint)
        yield ""
    retries = sum(verdict.case.process.retries for verdict in verdicts)
    pause = max((verdict.case.process.pause for verdict in verdicts), default=0.0)
    paused = f", longest stop of a process {pause * 1000:.1f} ms" if run["mode"] == "frozen" else ""
    yield from wrapped(
        f"{run['samples']} samples over {run['window_s']:.1f} s, {run['mode']}, read again"
        f" {retries} times{paused}.",
        "",
    )


def json_report(verdicts: list[Verdict], run: dict[str, Any]) -> str:
    """Write the whole report for a program."""
    return json.dumps(run | {"processes": [json_of(verdict) for verdict in verdicts]}, indent=1)


def json_of(verdict: Verdict) -> dict[str, Any]:
    """Give one process in the form of the schema."""
    case, process = verdict.case, verdict.case.process
    return {
        "pid": process.pid,
        "role": process.role,
        "command": process.command,
        "status": verdict.status,
        "reason": verdict.reason,
        "next": verdict.following,
        "retries": process.retries,
        "pause_ms": round(process.pause * 1000, 1),
        "tasks": len(case.latest),
        "groups": [
            {
                "where": place_text(found.place, process),
                "function": found.place.function,
                "waiting_on": found.waiting_on,
                "count": found.counts[-1],
                "delta": found.delta,
                "moved": found.moved,
            }
            for found in case.groups
        ],
        "findings": [
            {
                "rule": rule.id,
                "cause": rule.cause,
                "where": place_text(finding.place, process),
                "function": finding.place.function,
                "tasks": finding.tasks,
                "confidence": finding.confidence,
                "evidence": list(filter(None, finding.evidence)),
                "page": rule.page,
            }
            for rule, finding in verdict.findings
        ],
    }


def rules_text() -> Iterator[str]:
    """Write every rule."""
    for rule in RULES:
        yield f"{rule.id}: {rule.cause}"
        for label, text in (
            ("when", rule.condition),
            ("needs", rule.threshold),
            ("says", rule.sentence),
            ("why", rule.why),
        ):
            yield from wrapped(f"{label:<6}{text}", "  ", " " * 8)
        yield ""
    yield from wrapped(NORMAL_WAITS, "")


def list_text(verdicts: list[Verdict]) -> Iterator[str]:
    """Write the table of processes that triage shows without a PID."""
    yield f"{'PID':>8} {'role':<18} {'loop':<5} {'tasks':>6} command"
    for verdict in verdicts:
        process = verdict.case.process
        seen = "yes" if loop_seen(verdict.case) else "no"
        tasks = str(len(verdict.case.latest)) if process.snapshots else "?"
        row = f"{process.pid:>8} {process.role:<18} {seen:<5} {tasks:>6} {clean(process.command)}"
        yield row if len(row) <= COLUMNS else row[: COLUMNS - 3] + "..."


# ---------------------------------------------------------------------- the command


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; a wrong one ends with status 2."""
    parser = argparse.ArgumentParser(
        prog="triage.py",
        description="From the PID of a Python 3.14 process to a named cause, with the evidence.",
        epilog="Exit status: 0 read and no finding, 1 findings, 2 usage, 3 nothing could be read.",
    )
    parser.add_argument("pid", nargs="*", type=_number(1), help="inspect it and its descendants")
    parser.add_argument("--samples", type=_number(1), default=5, metavar="N", help="default: 5")
    parser.add_argument(
        "--interval", type=_seconds, default=0.5, metavar="S", help="seconds; default: 0.5"
    )
    parser.add_argument("--freeze", action="store_true", help="stop the process for each read")
    parser.add_argument(
        "--in-process", action="store_true", help="run a script in the process that only reads"
    )
    parser.add_argument(
        "--redis", metavar="URL", help="ask this Redis for jobs that no process works on"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--rules", action="store_true", help="print the rules and end")
    options = parser.parse_args(argv)
    if (options.freeze or options.in_process or options.redis) and not options.pid:
        parser.error("--freeze, --in-process and --redis need a PID")
    if options.freeze and options.in_process:
        parser.error("--freeze and --in-process exclude each other")
    return options


def _number(least: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not least <= int(text) < 2**31:
            raise argparse.ArgumentTypeError(f"{text!a} is not a number from {least} on")
        return int(text)

    return convert


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0.01 <= float(text) <= 3600:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!a} is not a number of seconds from 0.01 to 3600")


def opened(pids: Iterable[int]) -> list[Process]:
    """Open the processes, and keep a record of those that are gone."""
    found = []
    for pid in pids:
        try:
            found.append(open_process(pid))
        except GoneError as error:
            found.append(Process(pid, pid, 0, "other", command_of(pid), error=error))
    return found


def inspect(options: argparse.Namespace) -> int:
    """Do what the command line asks for, and give the exit status."""
    processes = opened(with_descendants(options.pid))
    if options.in_process:
        for process in processes:
            print(ANNOUNCEMENT.format(pid=process.pid), file=sys.stderr)
    taken = set(pending_entries(options.redis) if options.redis else ())
    samples, window = watch(
        processes, samples=options.samples, interval=options.interval, freeze=options.freeze
    )
    if taken:
        assign(taken.intersection(pending_entries(options.redis)), processes)
    if options.in_process:
        for process in processes:
            ask(process)
    verdicts = [judge(process, window) for process in processes]
    mode = "frozen" if options.freeze else "in-process" if options.in_process else "read-only"
    run = {
        "schema": SCHEMA,
        "python": ".".join(map(str, sys.version_info[:3])),
        "samples": samples,
        "window_s": round(window, 2),
        "mode": mode,
    }
    if options.json:
        print(json_report(verdicts, run))
    else:
        paint = Painter(on=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
        print("\n".join(text_report(verdicts, run, paint)))
    if any(verdict.findings for verdict in verdicts):
        return 1
    return 0 if any(verdict.was_read for verdict in verdicts) else 3


def list_processes() -> int:
    """Print the Python 3.14 processes that this user may read."""
    found = [process for process in opened(sorted(parents())) if process.pid != os.getpid()]
    watch(found, samples=1, interval=0.01, freeze=False)
    readable = [process for process in found if not process.is_over]
    verdicts = [judge(process, 0.0) for process in readable]
    print("\n".join(list_text(verdicts)))
    return 0 if verdicts else 3


def main(argv: Sequence[str]) -> int:
    """Run the command, and give its exit status."""
    # A lone surrogate in a name must not end the report.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    options = arguments(argv)
    try:
        if options.rules:
            print("\n".join(rules_text()))
            status = 0
        else:
            status = inspect(options) if options.pid else list_processes()
        # Here, and not at the end of the interpreter, where nobody could handle it.
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except RedisError as error:
        # Without the address, which may hold a password.
        print(f"error: --redis: {clean(str(error))}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader, such as head, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
