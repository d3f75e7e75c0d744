"""Where CPython keeps what: the words that it publishes, and the few facts that it does not.

The words are those of ``_Py_DebugOffsets`` (Include/internal/pycore_debug_offsets.h) and
of ``_Py_AsyncioModuleDebugOffsets`` (Modules/_asynciomodule.c), in their order. The
facts come from the headers named beside them. All of it is data: nothing is read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from examples.triage.read.errors import OtherPythonError

COOKIE = b"xdebugpy"
FINAL = 0xC0  # from release candidates on the layout of a version stands

# The words of each structure: "size" is its size, all others are offsets in it.
COMMON_HEAD = {
    "runtime": "size finalizing interpreters_head",
    "interpreter": "size id next threads_head threads_main gc imports_modules sysdict builtins"
    " ceval_gil gil gil_enabled gil_locked gil_holder code_generation tlbc_generation",
}
COMMON_FRAME = {
    "frame": "size previous executable instr_ptr localsplus owner stackpointer tlbc_index",
    "code": "size filename name qualname linetable firstlineno argcount localsplusnames"
    " localspluskinds code_adaptive tlbc",
    "object": "size type",
}
COMMON_VALUES = {
    "tuple": "size item count",
    "list": "size item count",
    "set": "size used table mask",
    "dict": "size keys values",
    "float": "size value",
    "int": "size tag digit",
    "bytes": "size count data",
}
TABLES: dict[tuple[int, int], dict[str, str]] = {
    (3, 14): {
        **COMMON_HEAD,
        "thread": "size prev next interp current_frame thread_id native_thread_id"
        " datastack_chunk status",
        **COMMON_FRAME,
        "type": "size name repr flags",
        **COMMON_VALUES,
        "str": "size state length ascii_size",
        "gc": "size collecting",
        "gen": "size name iframe frame_state",
        "node": "next prev",
    },
    (3, 15): {
        **COMMON_HEAD,
        "thread": "size prev next interp current_frame base_frame last_profiled_frame"
        " last_profiled_frame_seq thread_id native_thread_id datastack_chunk status"
        " holds_gil gil_requested current_exception exc_state",
        "error": "exc_value",
        **COMMON_FRAME,
        "type": "size name repr flags basicsize dictoffset",
        "heap_type": "size cached_keys",
        **COMMON_VALUES,
        "str": "size state length ascii_size compact_size",
        "gc": "size collecting frame generation_stats_size generation_stats",
        "gen": "size name iframe frame_state",
        "node": "next prev",
    },
}
HEADER_WORDS = 3  # the cookie, the version, whether it is free-threaded
ASYNCIO_TABLE = {
    "task": "size name awaited_by is_task awaited_by_is_set coro node",
    "interpreter": "size tasks_head",
    "thread": "size running_loop running_task tasks_head",
}
ASYNCIO_WORDS = [
    f"{structure}.{name}" for structure, names in ASYNCIO_TABLE.items() for name in names.split()
]


class Fact(NamedTuple):
    """What a version has that its table does not tell.

    Attributes:
        created: frame state of a generator that has not begun.
        suspended: frame state at a ``yield``.
        awaiting: least and greatest frame state at an ``await`` or ``yield from``.
        executing: frame state while it runs.
        awaited: how far below the stack pointer the awaited object lies, in bytes.

    """

    created: int
    suspended: int
    awaiting: tuple[int, int]
    executing: int
    awaited: int


# Include/internal/pycore_frame.h; the slot of the awaited object: SEND in bytecodes.c.
FACTS = {
    (3, 14): Fact(created=-3, suspended=-2, awaiting=(-1, -1), executing=0, awaited=8),
    (3, 15): Fact(created=0, suspended=1, awaiting=(2, 3), executing=4, awaited=16),
}

# These never moved while a version lived: another value is no CPython that is known here.
FIXED = {
    "object.size": 16,
    "object.type": 8,
    "type.name": 24,
    "type.flags": 168,
    "tuple.item": 32,
    "tuple.count": 16,
    "set.used": 24,
    "set.table": 40,
    "set.mask": 32,
    "dict.keys": 32,
    "dict.values": 40,
    "float.value": 16,
    "int.tag": 16,
    "int.digit": 24,
    "bytes.count": 16,
    "bytes.data": 32,
    "str.state": 32,
    "str.length": 16,
    "str.ascii_size": 40,
    "gen.name": 24,
    "node.next": 0,
    "node.prev": 8,
}
# Distances between fields by which the fields between them are found.
DISTANCES = (
    ("frame.previous", "frame.executable", 8),
    ("frame.instr_ptr", "frame.previous", 48),
    ("frame.stackpointer", "frame.instr_ptr", 8),
    ("frame.owner", "frame.stackpointer", 10),
    ("frame.localsplus", "frame.stackpointer", 16),
    ("code.name", "code.filename", 8),
    ("code.qualname", "code.name", 8),
    ("code.linetable", "code.qualname", 8),
    ("code.firstlineno", "code.argcount", 16),
    ("code.localsplusnames", "code.firstlineno", 28),
    ("code.filename", "code.localsplusnames", 16),
    ("gen.iframe", "gen.frame_state", 5),
    ("thread.next", "thread.prev", 8),
    ("thread.interp", "thread.next", 8),
    ("thread.native_thread_id", "thread.thread_id", 8),
    ("interpreter.threads_main", "interpreter.threads_head", 16),
    ("interpreter.id", "interpreter.next", 8),
)
ASYNCIO_DISTANCES = (
    ("task.is_task", "task.awaited_by", 12),
    ("task.awaited_by_is_set", "task.is_task", 1),
    ("task.coro", "task.is_task", 20),
    ("task.name", "task.coro", 8),
    ("task.node", "task.name", 16),
    ("task.size", "task.node", 16),
    ("thread.running_task", "thread.running_loop", 8),
)
# Least and greatest size of a structure, in bytes.
SIZES = {
    "runtime": (50_000, 2_000_000),
    "interpreter": (50_000, 2_000_000),
    "thread": (400, 4_000),
    "frame": (88, 88),
    "code": (200, 400),
    "type": (400, 480),
    "gen": (150, 300),
    "task": (150, 300),
}

# Include/object.h
FLAG_INLINE_VALUES = 1 << 2
FLAG_MANAGED_DICT = 1 << 4
FLAG_HEAP_TYPE = 1 << 9
FLAG_READY = 1 << 12
FLAG_INT = 1 << 24
FLAG_STR = 1 << 28
FLAG_TYPE = 1 << 31
NO_TAG = ~3  # pycore_stackref.h: the lowest bits of a reference are no part of the address
OWNED_BY_C = 3  # pycore_interpframe_structs.h: no frame of a function from here on
CELL_VALUE = 16
FIRST_FIELD = 16  # of asend, athrow, anext_awaitable, coroutine_wrapper, FutureIter
FUTURE_LOOP = 16
VAR_COUNT = 16
TYPE_BASE = 88  # beyond the flags
FUNCTION_NAME = 32
DESCRIPTOR_NAME = 24
METHOD_FUNCTION = 16
BUILTIN_METHOD = 16
# The structures of methods between a type and its names: object.h, PyHeapTypeObject.
HEAP_METHODS = 32 + 288 + 24 + 80 + 16
MANAGED_DICT = -24
# dequeobject and its blocks in _collectionsmodule.c
DEQUE_LEFT = 24  # the block, and 16 bytes on the index of the first item in it
BLOCK_ITEMS = 64
BLOCK_DATA = 8
# PyMemberDef
MEMBER_SIZE = 40
MEMBER_OFFSET = 16


class Layout:
    """The offsets of one process.

    Attributes:
        version: version of its Python.
        words: each word of its table, by structure and field.
        fact: what the table does not tell.

    """

    def __init__(self, version: tuple[int, int, int], table: Sequence[int]) -> None:
        """Name the words of the table and check them.

        Raises:
            OtherPythonError: when they are not those of a version that is known.

        """
        self.version = version
        self.fact = FACTS[version[:2]]
        self.words = named(version[:2], table)
        check(self.words)

    def __getitem__(self, name: str) -> int:
        """Give a word, such as ``frame.previous``."""
        return self.words[name]

    def add_asyncio(self, table: Sequence[int]) -> bool:
        """Take the words of asyncio, unless they cannot be those."""
        found = dict(zip((f"asyncio.{name}" for name in ASYNCIO_WORDS), table))  # 3.9
        if not is_asyncio(self.words, found):
            return False
        self.words.update(found)
        return True

    @property
    def cached_keys(self) -> int:
        """Offset in a heap type of the keys of its instances."""
        known = self.words.get("heap_type.cached_keys")
        return known or self["type.size"] + HEAP_METHODS + 24


def words_needed(version: tuple[int, int]) -> int:
    """Tell how many words the table of a version has."""
    return HEADER_WORDS + sum(len(names.split()) for names in TABLES[version].values())


def named(version: tuple[int, int], table: Sequence[int]) -> dict[str, int]:
    """Name the words of a table."""
    names = [
        f"{structure}.{name}"
        for structure, names in TABLES[version].items()
        for name in names.split()
    ]
    return dict(zip(names, table[HEADER_WORDS:]))  # its option is newer than 3.9


def check(words: dict[str, int]) -> None:
    """Refuse a table that is not as that version has it.

    Raises:
        OtherPythonError: with the word that is wrong.

    """
    wrong = [name for name, value in FIXED.items() if words[name] != value]
    wrong += [name for name, base, gap in DISTANCES if words[name] - words[base] != gap]
    for name, value in words.items():
        structure = name.partition(".")[0]
        if structure in SIZES:
            least, most = SIZES[structure]
            size = words[f"{structure}.size"]
            if not (least <= size <= most and 0 <= value <= size):
                wrong.append(name)
    if wrong:
        raise OtherPythonError(f"its Python has another layout than is known here: {wrong[0]}")


def is_asyncio(words: dict[str, int], found: dict[str, int]) -> bool:
    """Tell whether these can be the words of asyncio."""

    def at(name: str) -> int:
        return found[f"asyncio.{name}"]

    task, thread, interpreter = at("task.size"), at("thread.size"), at("interpreter.size")
    return (
        SIZES["task"][0] <= task <= SIZES["task"][1]
        and all(at(name) - at(base) == gap for name, base, gap in ASYNCIO_DISTANCES)
        and interpreter == words["interpreter.size"]
        and words["thread.size"] < thread < 8 * words["thread.size"]
        and words["thread.size"] - 200 < at("thread.running_loop")
        and at("thread.running_task") < at("thread.tasks_head") <= thread - 16
        and words["thread.size"] < at("interpreter.tasks_head") <= interpreter - 16
    )


def refuse(version: tuple[int, int, int], level: int, *, free_threaded: bool) -> None:
    """Refuse a Python whose layout is not known.

    Raises:
        OtherPythonError: with its version.

    """
    name = ".".join(map(str, version))
    if version[:2] not in TABLES:
        known = " and ".join(".".join(map(str, each)) for each in TABLES)
        raise OtherPythonError(f"it runs Python {name}: the layouts of {known} are known here")
    if level < FINAL:
        raise OtherPythonError(f"it runs a pre-release of Python {name}")
    if free_threaded:
        raise OtherPythonError(f"it runs a free-threaded build of Python {name}")
