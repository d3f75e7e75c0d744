"""requirements.lock pins what pyproject.toml asks for, by hash, from no named host."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()
# One entry of the lock: its requirement, then its hashes on lines of their own.
ENTRIES = re.findall(
    r"^(\S.*?) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", LOCK, re.MULTILINE
)
PINS = {canonicalize_name(pin.name): pin for pin in (Requirement(line) for line, _ in ENTRIES)}
REPAIR = "run scripts/lock.sh"


def requested(group: str) -> Iterator[Requirement]:
    """Yield the requirements of a dependency group and of the groups that it includes."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    for entry in groups[group]:
        if isinstance(entry, dict):
            yield from requested(entry["include-group"])
        else:
            yield Requirement(entry)


def test_every_direct_dependency_is_pinned() -> None:
    """Each requirement of pyproject.toml has a pin that satisfies it."""
    for requirement in requested("dev"):
        pin = PINS.get(canonicalize_name(requirement.name))

        assert pin, f"requirements.lock lacks {requirement.name}: {REPAIR}"
        (exact,) = pin.specifier
        assert requirement.specifier.contains(exact.version), f"{requirement} is not met: {REPAIR}"


def test_every_line_is_a_pin_with_hashes() -> None:
    """Nothing in the lock is loose, and nothing in it names a host."""
    lines = [line for line in LOCK.splitlines() if not line.startswith("    --hash=sha256:")]

    assert len(lines) == len(ENTRIES)
    assert all(specifier.operator == "==" for pin in PINS.values() for specifier in pin.specifier)
    assert not re.search(r"://|--(extra-)?index|--find-links", LOCK)


def test_the_environment_holds_the_pinned_releases() -> None:
    """What the tests run on is what the lock says."""
    for name, pin in PINS.items():
        if pin.marker is None or pin.marker.evaluate():
            assert pin.specifier.contains(version(name)), f"{name} differs: run make bootstrap"
