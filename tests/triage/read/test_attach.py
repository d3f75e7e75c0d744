"""A process that ends while it is asked is told as one that ended, and leaves nothing behind."""

import re
from pathlib import Path

import pytest

from examples.triage.read import attach, in_process
from examples.triage.read.proc import Machine
from examples.triage.read.subject import Subject
from tests.triage.small_targets import target


@pytest.mark.parametrize(
    ("module", "step"),
    [
        (in_process, "Attached"),
        (in_process, "target_root"),
        (in_process, "private_folder"),
        (in_process, "write_private"),
        (in_process, "ensure_private"),
        (attach.Attached, "_memory"),
        (attach.Attached, "_is_pending"),
        (in_process, "wait_for"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_end_of_a_process_that_is_asked(
    module: object, step: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Wherever the process ends while it is asked, triage says so, and its folder is removed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with target("blocked") as process:
        subject = Subject(process.pid, Machine())
        real = getattr(module, step)

        def ends(*arguments: object) -> object:
            process.kill()
            process.wait()
            return real(*arguments)

        monkeypatch.setattr(module, step, ends)
        in_process.run_inside(subject.process, subject.place, seconds=60)
        subject.close()

    assert re.search("ended|no such process", subject.process.answer["error"])
    assert not list(tmp_path.iterdir())
