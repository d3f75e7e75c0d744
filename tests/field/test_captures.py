"""What triage was right about on the cases of the field, it is right about still."""

import shutil
from pathlib import Path

import pytest

from tests.field import captures, register, verdict
from tests.field.verdict import Verdict

CASES = {case.name: case for case in register.load()}
FILES = sorted(captures.FOLDER.glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_capture_is_judged_right(file: Path) -> None:
    """The fault is named, and its twin and a healthy service have no finding."""
    name = file.stem.removesuffix("-fixed")
    case, report = CASES[name], captures.report(file)
    fault = name == file.stem and not case.healthy

    assert (verdict.of_fault(report, case) if fault else verdict.of_healthy(report)) == (
        Verdict.RIGHT
    ), verdict.in_words(report)


def test_captures_are_of_many_kinds() -> None:
    """Faults, twins and healthy services are there, of most kinds."""
    names = {file.stem for file in FILES}
    kinds = {case.kind for case in CASES.values() if case.name in names}

    assert len(kinds) > len({case.kind for case in CASES.values()}) / 2
    assert sum(name.endswith("-fixed") for name in names) >= 10
    assert sum(name.startswith("ok_") for name in names) >= 5


def test_capture_names_no_machine(tmp_path: Path) -> None:
    """The paths of a machine are replaced, and a large capture is not kept."""
    file = tmp_path / "capture.json"
    file.write_text(f"{captures.ROOT}/tests/x.py /opt/python/lib/y.py")

    captures.tidy(file, "/opt/python")

    assert file.read_text() == "/srv/runbook/tests/x.py /usr/lib/y.py"
    file.write_text("x" * (captures.LARGEST + 1))
    captures.tidy(file, "/opt/python")
    assert not file.exists()


def test_a_changed_capture_is_noticed(tmp_path: Path) -> None:
    """A capture of a healthy twin under the name of the fault is not judged right."""
    twin = next(file for file in FILES if file.stem.endswith("-fixed"))
    case = CASES[twin.stem.removesuffix("-fixed")]
    copied = tmp_path / f"{case.name}.json"
    shutil.copy(twin, copied)

    assert verdict.of_fault(captures.report(copied), case) != Verdict.RIGHT
