"""Facts that differ between patch releases of CPython, and the outputs that show them.

``examples/versions/versions.toml`` registers each fact with the last or the first release that it
holds on. A captured output of such a fact has the same band in its name: what
``anext_task.until-3.14.8.out`` holds is run by 3.14.8 and before, and
``anext_task.from-3.14.9.out`` by what came after.
"""

import platform
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
REGISTER = ROOT / "examples/versions/versions.toml"
NAMED = re.compile(r"\.(until|from)-(\d+\.\d+\.\d+)(?=\.)")


@dataclass(frozen=True, order=True)
class Band:
    """All releases until one, or from one on, that release included.

    Attributes:
        release: the numbers of the release.
        side: ``until`` or ``from``.

    """

    release: tuple[int, ...]
    side: str

    @classmethod
    def of(cls, side: str, release: str) -> Self:
        """Make a band from the words of the register or of the name of a file."""
        return cls(_numbers(release), side)

    @property
    def words(self) -> str:
        """What a page calls it."""
        release = ".".join(map(str, self.release))
        return f"{'Up to' if self.side == 'until' else 'From'} {release}"

    def holds(self, version: str = platform.python_version()) -> bool:
        """Tell whether a release is in it; that of the running interpreter unless given."""
        numbers = _numbers(version)
        return numbers <= self.release if self.side == "until" else numbers >= self.release


@dataclass(frozen=True)
class Fact:
    """One fact that does not hold on every release.

    Attributes:
        name: its id in the register.
        sentence: what holds, as the pages say it after the words of the band.
        band: the releases that it holds on.
        pages: those that show it.
        outputs: the captured outputs that differ because of it.

    """

    name: str
    sentence: str
    band: Band
    pages: tuple[str, ...]
    outputs: tuple[str, ...]


def facts(text: str) -> list[Fact]:
    """Read the register.

    Raises:
        ValueError: for a fact that has no band, or two.
        KeyError: for a fact without one of its entries.

    """
    return [_fact(name, entry) for name, entry in tomllib.loads(text).items()]


def holds(name: str) -> bool:
    """Tell whether a registered fact holds for the running interpreter."""
    (found,) = (fact for fact in facts(REGISTER.read_text()) if fact.name == name)
    return found.band.holds()


def band_of(file: Path) -> Band | None:
    """Read the band in the name of a captured output; None where it holds on every release."""
    named = NAMED.search(file.name)
    return Band.of(*named.groups()) if named else None


def chosen(file: Path) -> Path:
    """Find the captured output for the running interpreter.

    Args:
        file: its name without a band.

    Raises:
        FileNotFoundError: when no band holds the interpreter, or more than one does.

    """
    if file.exists():
        return file
    others = file.parent.glob(f"{file.stem}.*{file.suffix}")
    found = [other for other in others if (band := band_of(other)) and band.holds()]
    if len(found) != 1:
        raise FileNotFoundError(f"{file}: {len(found)} outputs for {platform.python_version()}")
    return found[0]


def _fact(name: str, entry: dict[str, str | list[str]]) -> Fact:
    sides = [(side, str(entry[side])) for side in ("until", "from") if side in entry]
    if len(sides) != 1:
        raise ValueError(f"{name}: give either 'until' or 'from'")
    return Fact(
        name,
        sentence=str(entry["sentence"]),
        band=Band.of(*sides[0]),
        pages=tuple(entry["pages"]),
        outputs=tuple(entry.get("outputs", ())),
    )


def _numbers(release: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", release)[:3]))
