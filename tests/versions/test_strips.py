"""The register of strips: what it takes, and that captures at the same time lose nothing."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support import strips


def test_section_has_the_name_of_the_folder_and_the_band() -> None:
    """A reader finds the section by the path of the output."""
    plain = Path("examples/incidents/fan_out/ps.out")
    banded = Path("examples/blind_spots/anext_task.until-3.14.8.out")

    assert strips.section_of(plain) == "incidents-fan_out"
    assert strips.section_of(banded) == "blind_spots-until-3-14-8"


def test_captures_at_once_are_all_kept(tmp_path: Path) -> None:
    """Workers that capture at the same time do not overwrite what the others wrote."""
    register = tmp_path / strips.REGISTER
    register.parent.mkdir(parents=True)
    register.touch()
    outputs = [Path(f"examples/folder_{number}/a.out") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda output: strips.write(tmp_path, output), outputs))

    assert set(strips.read(register.read_text())) == set(map(strips.section_of, outputs))
    assert [file.name for file in register.parent.iterdir()] == [register.name]


def test_line_outside_of_a_section_is_named() -> None:
    """A line that no page could include is an error, and not lost at the next capture."""
    good = strips.text({"sizes": "CPython 3.14.0, Linux 6.1 x86_64, 2026-01-01"})

    with pytest.raises(ValueError, match=r"captured\.txt: 'left over' belongs to no section"):
        strips.read(f"{good}left over\n")
