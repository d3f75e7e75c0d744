"""A layout that is not the one that is known is refused or noticed, never believed."""

import os
import subprocess
from collections.abc import Callable, Sequence

import pytest

from examples.triage.read import layout, locate
from examples.triage.read.errors import (
    GoneError,
    NotPythonError,
    OtherPythonError,
    ReadError,
)
from examples.triage.read.memory import Memory
from examples.triage.read.reader import Reader
from tests.triage.read.helpers import PYTHONS, reading, target

Words = Callable[[Memory, int, int], list[int]]
WORDS_AT = locate.words_at
# What is taken from the tables, without what is only compared.
USED = (
    "runtime.interpreters_head",
    *(f"interpreter.{name}" for name in ("size", "id", "next", "threads_head", "imports_modules")),
    *(f"thread.{name}" for name in ("prev", "next", "interp", "current_frame", "native_thread_id")),
    *(
        f"frame.{name}"
        for name in ("previous", "executable", "instr_ptr", "localsplus", "owner", "stackpointer")
    ),
    *(f"code.{name}" for name in ("filename", "qualname", "linetable", "firstlineno", "argcount")),
    "code.localsplusnames",
    "code.code_adaptive",
    "object.type",
    *("type.name", "type.flags", "tuple.item", "tuple.count", "set.table", "set.mask"),
    *("dict.keys", "dict.values", "float.value", "int.tag", "int.digit", "bytes.count"),
    *("bytes.data", "str.state", "str.length", "str.ascii_size", "gen.iframe", "gen.frame_state"),
    *(f"asyncio.{name}" for name in layout.ASYNCIO_WORDS),
)
# The size of the interpreter is how the words of asyncio are found: another one finds none.


def seen(pid: int) -> object:
    """Read a process in full."""
    with reading(pid) as reader:
        return (
            reader.asyncio_loaded,
            reader.tasks(details=True)[:2],
            sorted(reader.threads(details=True), key=lambda thread: thread.id),
        )


def names_of(version: tuple[int, int]) -> list[str]:
    """Name the words of a table in their order."""
    named = layout.named(version, range(layout.words_needed(version)))
    return ["", "", "", *named]


def shifted(version: tuple[int, int], name: str) -> Words:
    """Give what reads tables with one word taken from the next place."""

    def words_at(memory: Memory, address: int, count: int) -> list[int]:
        found = WORDS_AT(memory, address, count)
        names: Sequence[str] = ()
        if count == layout.words_needed(version):
            names = names_of(version)
        elif count == len(layout.ASYNCIO_WORDS):
            names = [f"asyncio.{each}" for each in layout.ASYNCIO_WORDS]
        if name in names:
            place = names.index(name)
            more = WORDS_AT(memory, address, count + 1)
            found[place] = more[place + 1]
        return found

    return words_at


@pytest.mark.parametrize("python", PYTHONS)
def test_each_word_that_is_shifted_is_noticed(python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word from the next place leads to a refusal, or to a reading that is not the right one."""
    silent = []
    with target("shapes", python=python) as (child, _), target("held", python=python) as (two, _):
        right = seen(child.pid), seen(two.pid)
        with reading(child.pid) as reader:
            version = reader.python[:2]
        for name in USED:
            monkeypatch.setattr(locate, "words_at", shifted(version, name))
            try:
                if (seen(child.pid), seen(two.pid)) == right:
                    silent.append(name)
            except ReadError:
                pass
    assert silent == []


@pytest.mark.parametrize("python", PYTHONS)
def test_each_fact_that_is_wrong_is_noticed(python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the table does not tell is noticed too when it is wrong."""
    silent = []
    with target("shapes", python=python) as (child, _):
        right = seen(child.pid)
        with reading(child.pid) as reader:
            version = reader.python[:2]
        fact = layout.FACTS[version]
        low, high = fact.awaiting
        wrong = {
            "awaiting": fact._replace(awaiting=(low + 1, high + 1)),
            "executing": fact._replace(executing=fact.executing + 1),
            "awaited": fact._replace(awaited=24 - fact.awaited),
        }
        for name, value in wrong.items():
            monkeypatch.setitem(layout.FACTS, version, value)
            try:
                if seen(child.pid) == right:
                    silent.append(name)
            except ReadError:
                pass
    assert silent == []


@pytest.mark.parametrize(
    ("version", "free_threaded", "text"),
    [
        (0x031000F0, 0, "it runs Python 3.16.0: the layouts of 3.14 and 3.15 are known here"),
        (0x030D05F0, 0, "it runs Python 3.13.5: the layouts of 3.14 and 3.15 are known here"),
        (0x030F00A4, 0, "it runs a pre-release of Python 3.15.0"),
        (0x030E08F0, 1, "it runs a free-threaded build of Python 3.14.8"),
    ],
)
def test_unknown_python_is_refused_in_one_line(
    version: int, free_threaded: int, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other versions, pre-releases and free-threaded builds are named and not read."""

    def words_at(memory: Memory, address: int, count: int) -> list[int]:
        found = WORDS_AT(memory, address, count)
        return [found[0], version, free_threaded, *found[3:]]

    monkeypatch.setattr(locate, "words_at", words_at)
    with target("no_asyncio") as (child, _):
        before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 # only counted
        with pytest.raises(OtherPythonError) as caught:
            Reader(child.pid)
        assert str(caught.value) == text
        assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_what_is_no_python_is_told() -> None:
    """A program without Python, a process that is gone: each has an error of its own."""
    with subprocess.Popen(["sleep", "60"]) as child:
        with pytest.raises(NotPythonError):
            Reader(child.pid)
        child.kill()
    with pytest.raises(GoneError):
        Reader(child.pid)


def test_process_that_ends_while_it_is_read_is_gone() -> None:
    """A reader that was opened before the end says that the process is gone."""
    with target("many", "10") as (child, _), reading(child.pid) as reader:
        assert len(reader.tasks().tasks) == 10
        child.kill()
        child.wait()
        for read in (reader.tasks, reader.threads):
            with pytest.raises(GoneError):
                read()
