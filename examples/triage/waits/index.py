"""Look-ups in what triage knows about libraries."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Generic, NamedTuple, TypeVar

from examples.triage.model import Frame, Stack
from examples.triage.waits.kinds import (
    ACCEPT,
    CALLS,
    CHILD,
    CLIENT,
    CONNECT,
    FUTURE,
    LOCK,
    NOTHING,
    READ,
    RESOLVE,
    RETRY,
    SEMAPHORE,
    SHUTDOWN,
    SLOT,
    TASKS,
    THREAD,
    TIMER,
    WRITE,
    Library,
    Root,
    Wait,
)
from examples.triage.waits.libraries import LIBRARIES, functions_of

# Everybody builds on these, so what builds on them has the better word for most of their waits.
BUILDING_BLOCKS = frozenset({"", "anyio", "trio"})
# Except for these, which say more than any library around them: while the pool of threads is used
# up, name resolution waits for a thread, and whoever connects waits for name resolution.
TELLING = frozenset({ACCEPT, CHILD, CONNECT, RESOLVE, SHUTDOWN, SLOT, THREAD})
# What happens within other waits, such as an answer that somebody reads while it connects.
PARTS = frozenset({CLIENT, FUTURE, READ, RETRY, TASKS, TIMER, WRITE})
# A library that guards one connection with these has not begun to read or write.
GUARDS = frozenset({LOCK, SEMAPHORE})

Meaning = TypeVar("Meaning")


class FunctionTable(Generic[Meaning]):
    """Functions and chains of calls, each with what it stands for."""

    def __init__(self, entries: Iterable[tuple[str, Meaning]]) -> None:
        self._entries: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
        for text, meaning in entries:
            function, *calls = text.split(CALLS)
            self._entries.setdefault(function, []).append((tuple(calls), meaning))

    def at(self, names: list[str], index: int) -> Iterator[tuple[Meaning, int]]:
        """Give what the frame at `index` stands for.

        Args:
            names: of the functions of a stack, innermost first.
            index: in `names`.

        Yields:
            The meaning, and the index of the innermost function of its chain.

        """
        for calls, meaning in self._entries.get(names[index], ()):
            if all(_is_call(names, index - depth, call) for depth, call in enumerate(calls, 1)):
                yield meaning, max(0, index - len(calls))

    def first(self, names: list[str], index: int) -> Meaning | None:
        """Give the first meaning of the frame at `index`, or None."""
        return next((meaning for meaning, _ in self.at(names, index)), None)


def _is_call(names: list[str], index: int, call: str) -> bool:
    return index < 0 if call == NOTHING else index >= 0 and names[index] == call


class RankedWait(NamedTuple):
    """A wait, and how it stands against others.

    Attributes:
        rank: how much it says; the most decides.
        order: its place in the tables.
        wait: what it is.

    """

    rank: int
    order: int
    wait: Wait


def _rank_of(library: Library, wait: Wait) -> int:
    """Say how much a wait says, against the others on its stack: 4 is the most."""
    if library.distribution in BUILDING_BLOCKS and wait.family not in TELLING:
        if wait.family in GUARDS:
            return 3
        return 1 if library.distribution else 0
    return 2 if wait.family in PARTS else 4


class WaitTables(NamedTuple):
    """The tables of all libraries, by function."""

    waits: FunctionTable[RankedWait]
    roots: FunctionTable[Root]
    idle: FunctionTable[Library]
    shutdown: frozenset[str]
    loops: frozenset[str]
    steps: frozenset[str]
    deadlines: frozenset[str]
    modules: dict[str, Library]


@functools.cache
def wait_tables() -> WaitTables:
    """Make the tables, once."""
    waits = [(library, wait) for library in LIBRARIES for wait in library.waits]
    return WaitTables(
        FunctionTable(
            (function, RankedWait(_rank_of(library, wait), order, wait))
            for order, (library, wait) in enumerate(waits)
            for function in wait.functions
        ),
        FunctionTable(
            (function, root)
            for library in LIBRARIES
            for root in library.roots
            for function in root.functions
        ),
        FunctionTable((function, library) for library in LIBRARIES for function in library.idle),
        frozenset(function for library in LIBRARIES for function in library.shutdown),
        frozenset(function for library in LIBRARIES for function in library.loops),
        frozenset(function for library in LIBRARIES for function in library.steps),
        frozenset(
            name
            for library in LIBRARIES
            for deadline in library.deadlines
            for name in (deadline, deadline.partition(":")[2])
        ),
        _library_modules(),
    )


def _library_modules() -> dict[str, Library]:
    found: dict[str, Library] = {}
    for library in LIBRARIES:
        for function in functions_of(library):
            module = function.partition(":")[0]
            found.setdefault(module, library)
            found.setdefault(module.partition(".")[0], library)
    return found


def wait_of(stack: Stack) -> tuple[Wait, int] | None:
    """Say what a stack waits for.

    Only what your own code, or the server that began the unit of work, has called counts. There
    the wait that says most decides: one of a library over one of what it is built on, and of two
    libraries that of the inner one. Where more frames belong to such a wait, it is the outermost,
    whose object is the pool or the lock that people know.

    Args:
        stack: frames, innermost first.

    Returns:
        The wait, and the index of its frame; None when no table knows one, as of a bare future.

    """
    names = _names_in(stack)
    inside = next((index for index, frame in enumerate(stack) if frame.own), len(stack))
    root = _root_in(names)
    if root is not None:
        inside = min(inside, root[1] + 1)
    table = wait_tables().waits
    found = [match for index in range(inside) for match in table.at(names, index)]
    if not found:
        return None
    most = max(ranked.rank for ranked, _ in found)
    found = [(ranked, index) for ranked, index in found if ranked.rank == most]
    if most < 2:
        first = min(ranked.order for ranked, _ in found)
        found = [(ranked, index) for ranked, index in found if ranked.order == first]
    family = found[0][0].wait.family
    ranked, index = [match for match in found if match[0].wait.family == family][-1]
    return ranked.wait, index


def root_of(stack: Stack) -> tuple[Root, int] | None:
    """Say which unit of work a stack belongs to: the innermost that begins on it.

    What a library does for itself within a unit of work, such as to keep its connection alive,
    and its wait for the next unit belong to none.

    Returns:
        The root, and the index of its frame; None when no table knows one.

    """
    return None if is_idle(stack) else _root_in(_names_in(stack))


def _root_in(names: list[str]) -> tuple[Root, int] | None:
    roots = wait_tables().roots
    for index in range(len(names)):
        root = roots.first(names, index)
        if root is not None:
            return root, index
    return None


def is_idle(stack: Stack) -> bool:
    """Whether a library keeps itself busy here, and neither your code nor a unit of work runs."""
    names = _names_in(stack)
    tables = wait_tables()
    for index, frame in enumerate(stack):
        if frame.own:
            return False
        if tables.idle.first(names, index) is not None:
            return True
        if tables.roots.first(names, index) is not None:
            return False
    return False


def passes(stack: Stack, family: str) -> bool:
    """Whether a stack goes through a wait of a family, be it below own code that wraps it."""
    names = _names_in(stack)
    return any(
        ranked.wait.family == family
        for index in range(len(names))
        for ranked, _ in wait_tables().waits.at(names, index)
    )


def is_shutdown(stack: Stack) -> bool:
    """Whether a stack is in what runs only while the process shuts down."""
    names = wait_tables().shutdown
    return any(frame.name in names for frame in stack) or any(
        f"{outer.name}{CALLS}{inner.name}" in names for inner, outer in zip(stack, stack[1:])
    )


def is_loop(frame: Frame) -> bool:
    """Whether a frame is of an event loop itself."""
    return frame.name in wait_tables().loops


def is_step(frame: Frame) -> bool:
    """Whether an event loop calls a callback here, or takes a step of a task."""
    return frame.name in wait_tables().steps


def is_deadline(name: str, function: str = "") -> bool:
    """Whether a context manager ends a wait.

    Args:
        name: of its type, with its module in front (``module:Type``) where that is known.
        function: of the generator behind a ``@contextmanager``, written likewise.

    """
    return name in wait_tables().deadlines or function in wait_tables().deadlines


def hidden_deadline_of(stack: Stack) -> str:
    """Name the library that own code waits in and that keeps its deadlines out of sight.

    Returns:
        Its name; empty where a deadline would show.

    """
    for frame in stack:
        if frame.own:
            break
        library = library_of(frame.module)
        if library is not None and library.hides_deadlines:
            return library.name
    return ""


def library_of(module: str) -> Library | None:
    """Say which library a module belongs to; None when no table knows it."""
    modules = wait_tables().modules
    while module:
        if module in modules:
            return modules[module]
        module = module.rpartition(".")[0]
    return None


def _names_in(stack: Stack) -> list[str]:
    return [frame.name for frame in stack]
