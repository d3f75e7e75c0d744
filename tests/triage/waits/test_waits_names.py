"""The tables of waits name functions that exist, each in one form and once."""

import collections
import importlib.metadata
import os
import pathlib
import re
import sysconfig

import pytest

from examples.triage.waits import kinds
from examples.triage.waits.kinds import CALLS, NOTHING, Library
from examples.triage.waits.libraries import LIBRARIES, functions_of
from tests.triage.waits.beside import LOCK, pinned
from tests.triage.waits.names import find

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[2]
PLACES = [pathlib.Path(sysconfig.get_path(name)) for name in ("purelib", "platlib", "stdlib")]
# Where `make waits` has unpacked the libraries that are not in the lock.
MORE = [pathlib.Path(place) for place in os.environ.get("TRIAGE_LIBRARIES", "").split() if place]
FORM = re.compile(r"\w+(\.\w+)*:\w+(\.(\w+|<locals>))*")


LOCKED = pinned(LOCK)
UNPACKED = {
    dist.name.lower()
    for dist in importlib.metadata.distributions(path=[str(place) for place in MORE])
}
HAVE = [
    library
    for library in LIBRARIES
    if not library.distribution or library.distribution in LOCKED | UNPACKED
]


@pytest.mark.parametrize("library", HAVE, ids=lambda library: library.name)
def test_every_name_of_a_library_is_in_its_source(library: Library) -> None:
    """Each function that a table names is defined in the installed release, under that name."""
    names = [name for text in functions_of(library) for name in text.split(CALLS)]
    problems = {name: find(name, [*PLACES, *MORE]) for name in names if name != NOTHING}
    assert not {name: problem for name, problem in problems.items() if problem}


def test_every_library_is_pinned() -> None:
    """Each distribution is one of the lock, or of those that `make waits` resolves."""
    known = LOCKED | pinned(HERE / "requirements.txt")
    assert {library.distribution for library in LIBRARIES} - {""} - known == set()


def test_every_name_is_written_in_one_form() -> None:
    """An entry is a module and a qualified name, or a chain of these."""
    names = {
        name
        for library in LIBRARIES
        for text in functions_of(library)
        for name in text.split(CALLS)
    }
    assert not {name for name in names - {NOTHING} if not FORM.fullmatch(name)}
    chains = {
        text
        for library in LIBRARIES
        for text in functions_of(library)
        if NOTHING in text.split(CALLS)
    }
    assert not {text for text in chains if not text.endswith(CALLS + NOTHING)}


def test_no_function_stands_for_two_waits() -> None:
    """A function has one meaning as a wait, and one as a root."""
    for parts in ("waits", "roots"):
        every = [
            text
            for library in LIBRARIES
            for part in getattr(library, parts)
            for text in part.functions
        ]
        assert not {text: count for text, count in collections.Counter(every).items() if count > 1}


def test_each_library_is_in_the_index_once() -> None:
    """No table is forgotten in the index, or listed twice."""
    written = {
        name
        for path in (ROOT / "examples/triage/waits").glob("*.py")
        for name in re.findall(r"^(\w+) = Library\(", path.read_text(), re.MULTILINE)
    }
    listed = [library.name for library in LIBRARIES]
    assert len(listed) == len(set(listed)) == len(written)


def test_families_and_units_are_known_words() -> None:
    """A family is one of the words of kinds.py, and a unit one of six."""
    families = {value for name, value in vars(kinds).items() if name.isupper()}
    assert {wait.family for library in LIBRARIES for wait in library.waits} <= families
    units = {root.unit for library in LIBRARIES for root in library.roots}
    assert units <= {"request", "session", "message", "job", "startup", "call"}


def test_a_name_that_is_gone_is_reported_by_name() -> None:
    """A release that renames a function fails by the name of the function."""
    assert find("asyncio.queues:Queue.get", PLACES) == ""
    assert find("asyncio.queues:Queue.take", PLACES) == "queues.py has no take of Queue.take"
    assert find("asyncio.queue:Queue.get", PLACES) == "there is no module asyncio.queue"
