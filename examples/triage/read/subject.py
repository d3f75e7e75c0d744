"""One process under observation: its record, and the means to read it."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Iterator, Sequence

from examples.triage.model import Key, Problem, Process, Snapshot, Stack, Task, Thread
from examples.triage.read.errors import (
    GoneError,
    NotPythonError,
    OtherPythonError,
    ReadError,
    TornError,
)
from examples.triage.read.fallback import Fallback
from examples.triage.read.freeze import Freezer
from examples.triage.read.origin import Origins
from examples.triage.read.proc import (
    PROC,
    Machine,
    arguments_of,
    children_of,
    command_of,
    ensure_same,
    mount_namespace,
    open_process,
    stat,
    thread_names,
    threads_of,
)
from examples.triage.read.reader import Reader
from examples.triage.read.roles import role_of
from examples.triage.read.sockets import NetworkTables, Silence, sockets_of


class Subject:
    """Reads one process into its record, and keeps there what goes wrong.

    Attributes:
        process: the record.
        fault: an error of triage itself, with the stage in which it happened; or None.

    """

    def __init__(
        self,
        pid: int,
        machine: Machine,
        own: Sequence[str] = (),
        known: dict[object, Origins] | None = None,
    ) -> None:
        """Open the process.

        Args:
            pid: its PID.
            machine: the scan of this run.
            own: further names of own code, see `Origins`.
            known: what was found out for other processes of this run: forks are alike.

        """
        self.process = Process(pid, pid, 0, "other", command_of(pid))
        self.fault: tuple[str, BaseException] | None = None
        self._machine = machine
        self._reader: Reader | Fallback | None = None
        self._freezer: Freezer | None = None
        with self.recording("open"):
            self.process = open_process(pid, machine)
            lines = [arguments_of(pid), *map(arguments_of, machine.above(pid))]
            # Forks run the same: what is installed where need not be found out again.
            alike = str(lines), self.process.cwd, mount_namespace(pid)
            known = {} if known is None else known
            if alike not in known:
                known[alike] = Origins(pid, lines, self.process.cwd, own)
            self._origins = known[alike]
            self._reader = self._open_reader()
            self.process.python = ".".join(map(str, self._reader.python))

    def _open_reader(self) -> Reader | Fallback:
        pid = self.process.pid
        try:
            return Reader(pid, self._origins.place)
        except OtherPythonError as error:
            fallback = Fallback.open(pid, self._origins.place)
            if fallback is None:
                raise
            self.process.problem = Problem(error.kind, str(error))
            return fallback
        except NotPythonError:
            ensure_same(self.process)  # one that ends has lost its memory, and no longer says why
            raise

    @property
    def is_over(self) -> bool:
        """Whether no further read can help."""
        return self._reader is None

    @property
    def place(self) -> Origins:
        """What makes a frame of a path, a line and a function."""
        return self._origins

    @contextlib.contextmanager
    def recording(self, stage: str) -> Iterator[None]:
        """Keep what goes wrong in the record, whatever it is: the others are read on.

        Args:
            stage: what triage does meanwhile, in words.

        """
        try:
            yield
        except TornError as error:
            self.process.problem = Problem(error.kind, f"it changes too fast to be read: {error}")
        except ReadError as error:
            self.process.problem = Problem(error.kind, str(error))
            self.close()
        except Exception as error:  # noqa: BLE001 # a fault of ours must not cost the others
            self.fault = stage, error
            text = f"triage failed in its stage '{stage}': {type(error).__name__}: {error}"
            self.process.problem = Problem("internal", text)
            self.close()

    def freeze(self) -> None:
        """Stop the process for each read of its tasks from now on."""
        if not self.is_over:
            with self.recording("freeze"):
                self._freezer = Freezer(self.process)

    def threads(self, *, details: bool = False) -> dict[int, Thread]:
        """Read the threads, by their ids here.

        Raises:
            ReadError: when they cannot be read.

        """
        process = self.process
        ensure_same(process)
        if not process.stopped and stat(PROC / str(process.pid)).state in "Tt":
            process.stopped = "signal"
        found = threads_of(process.pid, channels=details)
        if self._reader is None:
            return found
        names = thread_names(process.pid) if process.main != process.pid else {}
        for thread in self._reader.threads(details=details):
            here = names.get(thread.id, thread.id)
            kernel = found.get(here, Thread(here))
            found[here] = dataclasses.replace(
                thread,
                id=here,
                name=kernel.name,
                state=kernel.state,
                cpu=kernel.cpu,
                switches=kernel.switches,
                channel=kernel.channel,
            )
        return found

    def snapshot(
        self,
        threads: dict[int, Thread],
        silences: dict[str, Silence],
        tables: NetworkTables,
        stacks: dict[int, Stack],
    ) -> None:
        """Read the tasks and what lies around them into the record.

        Args:
            threads: of this process, read a moment ago.
            silences: of all TCP connections.
            tables: of sockets, of this moment.
            stacks: of the main threads of the other processes, by PID.

        Raises:
            ReadError: when the tasks cannot be read.

        """
        process = self.process
        sockets = sockets_of(process.pid, silences, tables)
        children = tuple(
            child._replace(stack=stacks.get(child.pid, ()))
            for child in children_of(process.pid, self._machine)
        )
        tasks: dict[Key, Task] = {}
        missed, readable = 0, False
        try:
            tasks, missed = self._tasks()
            readable = True
        finally:
            process.snapshots.append(
                Snapshot(
                    time.monotonic(),
                    tasks,
                    threads,
                    sockets.connections,
                    sockets.hidden_clients,
                    children,
                    sockets.descriptors,
                    sockets.sources,
                    missed,
                    readable,
                )
            )
        if process.problem is not None and process.problem.kind == TornError.kind:
            process.problem = None

    def _tasks(self) -> tuple[dict[Key, Task], int]:
        process = self.process
        if self._reader is None:
            raise GoneError("it ended while it was read")
        with self._freezer.stopped() if self._freezer else contextlib.nullcontext():
            reading = self._reader.tasks(details=True)
        process.retries += reading.retries
        tasks = reading.tasks
        if process.main != process.pid:
            names = thread_names(process.pid)
            tasks = [
                dataclasses.replace(task, thread=names.get(task.thread, task.thread))
                for task in tasks
            ]
        return {task.key: task for task in tasks}, reading.missed

    def settle_role(self) -> None:
        """Name the part that it plays, now that its stacks are known."""
        process = self.process
        last = process.snapshots[-1] if process.snapshots else Snapshot(0.0)
        stacks = [task.stack for task in last.tasks.values()]
        stacks += [thread.stack for thread in last.threads.values() if thread.id == process.pid]
        process.role = role_of(arguments_of(process.pid), stacks)

    def close(self) -> None:
        """Let the process go."""
        if self._freezer is not None:
            self._freezer.close()
            self._freezer = None
        if self._reader is not None:
            self._reader.close()
            self._reader = None
