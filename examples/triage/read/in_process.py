"""Asks the process itself for what cannot be read from outside.

The script lies in a folder of its own that only root or the user of the process can write to,
for as long as the question stands. A question without an answer is taken back; where that
fails, an inert file stays, so that nobody else can put another one in its place.
"""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import os
import shutil
import signal
import stat as modes
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from examples.triage.model import Process
from examples.triage.read.attach import Attached
from examples.triage.read.errors import GoneError, ReadError
from examples.triage.read.origin import Origins
from examples.triage.read.proc import PROC, ensure_same, maps_name, mount_namespace, stat

SCRIPT = Path(__file__).with_name("script.py").read_text()
SCRIPT_NAME = "question.py"
MOST_ENTRIES = 5000
# On a machine whose CPUs are busy 0.3 s of CPU take longer by the clock.
SCRIPT_CPU, SCRIPT_LONGEST = 0.3, 1.0  # seconds
WAKE_AFTER = 0.3  # seconds that an idle loop gets before it is woken
GRACE = 0.2  # seconds in which a script that has just begun opens its file
LARGEST_ANSWER = 64 << 20
NOT_WOKEN = "its main thread was woken, and executed no Python code"
INERT = "# A question of triage that was taken back. Remove this folder when its process ended.\n"
ANNOUNCEMENT = """\
--in-process runs a script in PID {pid}: that needs the consent of the incident lead
(ADR-0003). It reads tasks, locks and queues for at most 0.3 s of CPU, changes nothing, and
writes one private file that triage removes. SIGSTOP and SIGCONT wake a loop that is idle."""


class FolderError(ReadError):
    """There is no folder in which the script would be safe."""


def run_inside(process: Process, place: Origins, seconds: float) -> None:
    """Let the process say what cannot be read from outside, and add that to its record.

    Args:
        process: its answer goes into the record, also why there is none.
        place: makes a frame of a path, a line and a function.
        seconds: how long to wait for the answer.

    """
    try:
        with gone_if_ended(process):
            process.answer = answer_of(process, seconds)
    except ReadError as error:
        process.answer = {"error": str(error)}
    process.answer["dead"] = [
        (name, [tuple(place.place(*row)) for row in rows], error)
        for name, rows, error in process.answer.get("dead", ())
    ]
    add_notes(process)


def answer_of(process: Process, seconds: float) -> dict[str, Any]:
    """Ask, wait for the answer, and clean up.

    Args:
        process: what is asked.
        seconds: how long to wait.

    Returns:
        What the script has written.

    Raises:
        ReadError: with why there is no answer.

    """
    question = Question(process)
    try:
        return question.answer(seconds)
    except ReadError as error:
        raise ReadError(f"{error}{question.close()}") from error
    finally:
        question.close()


class Question:
    """A script in a folder of its own, which one process is asked to run."""

    def __init__(self, process: Process) -> None:
        """Prepare the folder.

        Raises:
            ReadError: when the process cannot be asked, or no folder is safe.

        """
        self._process = process
        self._attached = Attached(process.pid)
        root = target_root(process.pid)
        owner = (PROC / str(process.pid)).stat()
        self._user = owner.st_uid
        self._folder = private_folder(root, owner.st_uid, owner.st_gid)
        self._inside = Path("/") / self._folder.relative_to(root)
        self._is_open = False  # whether the process may still come by
        self._is_closed = False
        self._file = write_private(self._folder / SCRIPT_NAME, owner.st_uid)

    def answer(self, seconds: float) -> dict[str, Any]:
        """Ask, and wait for the answer so many `seconds`.

        Raises:
            ReadError: when it does not come in time, or is none.

        """
        until = time.monotonic() + seconds
        limits = f"{MOST_ENTRIES}, {SCRIPT_CPU}, {SCRIPT_LONGEST}, {until}"
        call = f"answer({str(self._inside / 'answer')!r}, {limits})"
        os.pwrite(self._file, f"{SCRIPT}\n\n{call}\n".encode(), 0)
        ensure_private(self._folder, self._user)
        self._is_open = True
        try:
            self._attached.request(str(self._inside / SCRIPT_NAME))
        except ReadError:
            self._is_open = False
            raise
        wait_for(self._folder / "answer", self._process, until)
        self._is_open = False
        return parsed(self._folder / "answer", self._user)

    def close(self) -> str:
        """Take back a question that is still open, and remove the folder.

        Where the process has begun to run the script, or may, the folder stays with an inert
        file in it: removed, somebody else could make it again.

        Returns:
            What stays, in words; empty when nothing does.

        """
        if self._is_closed:
            return ""
        self._is_closed = True
        is_taken_back = not self._is_open or self._attached.take_back()
        # By the descriptor: at the path there may be something else by now.
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, INERT.encode(), 0)
        os.close(self._file)
        if self._is_open:
            time.sleep(GRACE)
        if is_taken_back or has_ended(self._process):
            shutil.rmtree(self._folder, ignore_errors=True)
            return ""
        return f"; an inert file stays in {self._folder}, to be removed when the process has ended"


@contextlib.contextmanager
def gone_if_ended(process: Process) -> Iterator[None]:
    """Turn what fails because a process has ended into one error: its files fail in many ways.

    Args:
        process: what is asked.

    Raises:
        GoneError: when something failed, and it has ended.

    """
    try:
        yield
    except (OSError, FolderError):
        ensure_same(process)
        raise


def has_ended(process: Process) -> bool:
    """Whether a process runs no script any more, also where nobody has collected it yet."""
    try:
        ensure_same(process)
    except GoneError:
        return True
    return False


def wait_for(answer: Path, process: Process, until: float) -> None:
    """Wait until the answer is there, and wake a loop that is idle.

    Raises:
        ReadError: when it does not come in time.

    """
    begin = time.monotonic()
    is_woken = False
    while not answer.exists():
        ensure_same(process)
        waited = time.monotonic() - begin
        if time.monotonic() > until:
            why = NOT_WOKEN if is_woken else why_not(process)
            raise ReadError(f"it did not run the script within {waited:.1f} s: {why}")
        if waited > WAKE_AFTER and not is_woken and is_idle_loop(process):
            wake(process)
            is_woken = True
        time.sleep(0.02)


def why_not(process: Process) -> str:
    """Say why a process may not have come by to run the script."""
    if stat(PROC / str(process.pid)).state != "S":
        return "its main thread computes in C, or executes nothing"
    if maps_name(process.pid, "uvloop"):
        return "its main thread sleeps, in a call that blocks or in uvloop, which cannot be woken"
    return "its main thread sleeps in a call that blocks"


def is_idle_loop(process: Process) -> bool:
    """Whether its main thread sleeps in the selector, and a signal may end that.

    The loop of uvloop goes on waiting, so that a signal would not help.
    """
    if stat(PROC / str(process.pid)).state != "S" or maps_name(process.pid, "uvloop"):
        return False
    for snapshot in process.snapshots[-1:]:
        main = snapshot.threads.get(process.pid)
        if main is not None and main.stack:
            return main.stack[0].function.endswith("Selector.select")
    return False


def wake(process: Process) -> None:
    """End the wait of the selector: the kernel ends it with EINTR when the process goes on.

    Raises:
        GoneError: when it has ended.

    """
    descriptor = os.pidfd_open(process.pid)
    try:
        ensure_same(process)
        try:
            signal.pidfd_send_signal(descriptor, signal.SIGSTOP)
        finally:
            signal.pidfd_send_signal(descriptor, signal.SIGCONT)
    except ProcessLookupError as error:
        raise GoneError("it ended while it was asked") from error
    finally:
        os.close(descriptor)


def target_root(pid: int) -> Path:
    """Give the root of the files that the process sees."""
    is_here = mount_namespace(pid) == mount_namespace(os.getpid())
    return Path("/") if is_here else PROC / str(pid) / "root"


def private_folder(root: Path, user: int, group: int) -> Path:
    """Make a folder in which only root or `user` can write.

    Args:
        root: root of the files of the process.
        user: user of the process.
        group: its group.

    Raises:
        FolderError: when there is no place for one.

    """
    wanted = "/tmp"  # noqa: S108 # of the target
    if root == Path("/"):
        with contextlib.suppress(FileNotFoundError):  # it knows of fewer places
            wanted = tempfile.gettempdir()
    why = "there is none"
    for home in dict.fromkeys((wanted, "/tmp", "/dev/shm", "/var/tmp")):  # noqa: S108 # checked
        above = root / home.lstrip("/")
        try:
            ensure_sticky(above, user, root)
            folder = Path(tempfile.mkdtemp(prefix="triage-", dir=above))
        except (OSError, FolderError) as error:
            why = str(error)
            continue
        if os.geteuid() != user:
            os.chown(folder, user, group)
        ensure_private(folder, user)
        return folder
    raise FolderError(f"no folder can be written in which its script would be safe: {why}")


def ensure_sticky(folder: Path, user: int, root: Path) -> None:
    """Check that nobody but root and `user` can rename what lies in a folder.

    Raises:
        FolderError: when somebody else can.

    """
    for above in (folder, *folder.parents):
        found = above.stat()
        open_to_others = found.st_mode & 0o022 and not found.st_mode & modes.S_ISVTX
        if found.st_uid not in {0, user, os.geteuid()} or open_to_others:
            raise FolderError(f"others can write to {above}")
        if above == root:
            break


def ensure_private(folder: Path, user: int) -> None:
    """Check that a folder is what it was made: before the question and after.

    Raises:
        FolderError: when it is not.

    """
    found = folder.lstat()
    if (
        not modes.S_ISDIR(found.st_mode)
        or found.st_uid not in {user, os.geteuid()}
        or found.st_mode & 0o077
    ):
        raise FolderError(f"{folder} is not private any more")


def write_private(path: Path, user: int) -> int:
    """Make an empty file that only its owner can write, and give its descriptor."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    if os.geteuid() != user:
        os.fchmod(file, 0o644)  # of root, and read by the process, in a folder for nobody else
    return file


def parsed(path: Path, user: int) -> dict[str, Any]:
    """Read what the process has written, which need not be what its script writes.

    Raises:
        ReadError: when it is nothing that the script writes.

    """
    ensure_private(path.parent, user)
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        found = os.fstat(file.fileno())
        if not modes.S_ISREG(found.st_mode) or found.st_size > LARGEST_ANSWER:
            raise ReadError("its answer is no file of a size that the script writes")
        raw = file.read(LARGEST_ANSWER)
    try:
        died, objects, wrong = ast.literal_eval(raw.decode("ascii"))
        dead = [
            (str(name), [(str(file), int(line), str(fun)) for file, line, fun in rows], str(error))
            for name, rows, error in died
        ]
        report: dict[str, Any] = {
            "dead": dead,
            "objects": [(int(at), str(kind), str(text)) for at, kind, text in objects],
        }
        return {**report, "partial": str(wrong)} if wrong else report
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ReadError("its answer is not what the script writes") from error


def add_notes(process: Process) -> None:
    """Tell each task of the last snapshot what it waits on, as the process itself says."""
    states = {at: (kind, text) for at, kind, text in process.answer.get("objects", ())}
    for snapshot in process.snapshots[-1:]:
        for key, task in snapshot.tasks.items():
            known = next((one for one in task.selves if one is not None), None)
            if known is not None and known.address in states:
                note = "waits on a {}: {}".format(*states[known.address])
                snapshot.tasks[key] = dataclasses.replace(task, notes=(*task.notes, note))
