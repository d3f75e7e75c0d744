"""What triage asks of a process from outside: its tasks and its threads."""

from __future__ import annotations

import gc
from collections.abc import Callable

from examples.triage.model import Frame, Thread
from examples.triage.read.errors import TornError
from examples.triage.read.frames import Frames
from examples.triage.read.holding import Entered
from examples.triage.read.locate import Located
from examples.triage.read.memory import Memory
from examples.triage.read.objects import Objects
from examples.triage.read.tasks import Reading, Tasks
from examples.triage.read.threads import Threads, interpreters


class Reader:
    """Reads one process by plain reads of its memory, and never writes or stops anything.

    Attributes:
        python: version of its Python.

    """

    def __init__(self, pid: int, place: Callable[[str, int, str], Frame] = Frame) -> None:
        """Find the Python in the process.

        Args:
            pid: the process.
            place: makes a frame of a path, a line and a function.

        Raises:
            GoneError: when it has ended.
            DeniedError: when the kernel does not let this user.
            NotPythonError: when no Python is in it.
            OtherPythonError: when the layout of its Python is not known.

        """
        self._memory = Memory(pid)
        try:
            self._located = Located(self._memory)
            self.python = self._located.layout.version
            objects = Objects(self._memory, self._located.layout)
            self._frames = Frames(self._memory, self._located.layout, objects, place)
            self._holding = Entered(self._memory, self._located.layout, objects, self._frames)
            self._tasks: Tasks | None = None
            self._threads = Threads(self._memory, self._located, self._frames, self._holding)
        except BaseException:
            self._memory.close()
            raise

    def _finds_asyncio(self) -> bool:
        if not self._located.asyncio:
            self._located.asyncio = self._located.find_asyncio()
        return self._located.asyncio

    @property
    def asyncio_loaded(self) -> bool:
        """Whether asyncio is imported in any of its interpreters."""
        if not self._finds_asyncio():
            return False
        self._memory.forget()
        modules = self._located.layout["interpreter.imports_modules"]
        try:
            return any(
                self._holding.attributes.entry(
                    self._memory.word(interpreter.address + modules), "_asyncio"
                )
                for interpreter in interpreters(self._memory, self._located)
            )
        except TornError:
            return True  # a table in motion: somebody imports, and the words are there

    def tasks(self, *, details: bool = False) -> Reading:
        """Read all tasks of all threads and interpreters.

        Args:
            details: whether to read the objects of their frames too.

        Raises:
            GoneError: when the process has ended.
            TornError: when its lists stay in motion.

        """
        if not self._finds_asyncio():
            return Reading([], 0, 0)
        if self._tasks is None:
            self._tasks = Tasks(self._memory, self._located, self._frames, self._holding)
        # Nothing that is read goes round, so a collector would only walk it again and again.
        collects = gc.isenabled()
        gc.disable()
        try:
            return self._tasks.read(details=details)
        finally:
            if collects:
                gc.enable()

    def threads(self, *, details: bool = False) -> list[Thread]:
        """Read all threads; arguments and errors as for `tasks`."""
        return self._threads.read(details=details)

    def close(self) -> None:
        """Let the memory go."""
        self._memory.close()
