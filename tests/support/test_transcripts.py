"""The captured outputs: what counts as the same, and what an update may touch."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import strips, transcripts
from tests.support.transcripts import ROOT, StaleTranscriptError, Step, check, normalise, parse


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a checkout without an output, and give the folder of its example."""
    monkeypatch.setattr(transcripts, "ROOT", tmp_path)
    folder = tmp_path / "examples/counting"
    folder.mkdir(parents=True)
    (tmp_path / strips.REGISTER).parent.mkdir()
    (tmp_path / strips.REGISTER).touch()
    return folder


@pytest.fixture
def captured(checkout: Path) -> Path:
    """Write a transcript of two steps, the second of which fails."""
    file = checkout / "two.out"
    file.write_text("$ echo one; echo two\none\ntwo\n$ echo three; exit 4\nthree\n? 4\n")
    return file


def test_unchanged_output_passes(captured: Path) -> None:
    """A transcript that still holds is left as it is."""
    before = captured.read_text()

    check(str(captured), update=False)

    assert captured.read_text() == before


def test_changed_word_is_shown_with_the_repair(captured: Path) -> None:
    """The message has the difference and the command that accepts it."""
    captured.write_text(captured.read_text().replace("two\n$", "twice\n$"))

    with pytest.raises(StaleTranscriptError) as error:
        check(str(captured), update=False)

    assert "-twice\n+two\n" in str(error.value)
    assert "run 'make outputs'" in str(error.value)


def test_update_writes_the_output_and_the_strip(captured: Path, tmp_path: Path) -> None:
    """An update brings the text back, and says on what it was captured."""
    right = captured.read_text()
    captured.write_text(right.replace("two\n$", "twice\n$"))

    check(str(captured), update=True)

    assert captured.read_text() == right
    written = strips.read((tmp_path / strips.REGISTER).read_text())
    assert list(written) == ["counting"]
    assert written["counting"].startswith("CPython 3.14")


@pytest.mark.parametrize("update", [False, True])
def test_changed_status_is_never_accepted(captured: Path, *, update: bool) -> None:
    """A changed exit status fails, and an update does not write it."""
    wrong = captured.read_text().replace("? 4", "? 5")
    captured.write_text(wrong)

    with pytest.raises(StaleTranscriptError, match="ended with 4, not 5"):
        check(str(captured), update=update)

    assert captured.read_text() == wrong


def test_update_keeps_elisions(checkout: Path) -> None:
    """`...` and `[..]` stay where they are when other lines change."""
    file = checkout / "long.out"
    file.write_text("$ seq 6; echo at noon\n1\n...\n5\nsix\nat [..]\n")

    check(str(file), update=True)

    assert file.read_text() == "$ seq 6; echo at noon\n1\n...\n5\n6\nat [..]\n"


def test_update_is_refused_under_ci() -> None:
    """Nobody reviews what CI would write."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--update-outputs", "--collect-only", "-q", __file__],
        cwd=ROOT,
        env=os.environ | {"CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--update-outputs is not for CI" in done.stderr


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("a", "...", "d"), ("a", "b", "c", "d")),
        (("a", "...", "d"), ("a", "d")),
        (("a [..] z",), ("a b c z",)),
        ((r"1+1 (not a [pattern])",), (r"1+1 (not a [pattern])",)),
    ],
)
def test_elisions_match(lines: tuple[str, ...], text: tuple[str, ...]) -> None:
    """`...` stands for any lines, `[..]` for anything in a line, the rest for itself."""
    assert Step("x", lines).matches(Step("x", text))


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (("a", "...", "d"), ("a", "b", "c")),
        (("a", "d"), ("a", "b", "d")),
        (("a [..] z",), ("a\nb z",)),
        ((), ("a",)),
    ],
)
def test_elisions_do_not_match(lines: tuple[str, ...], text: tuple[str, ...]) -> None:
    """Nothing outside an elision may differ."""
    assert not Step("x", lines).matches(Step("x", text))


def test_normalise_names_what_is_volatile() -> None:
    """Processes, ports, addresses and timings become names, and columns stay in place."""
    text = (
        "41        0x7f00aabbccd0       0x0  \n"
        "41        0x7f00aabbcce0       0x7f00aabbccd0\n"
        f"{ROOT}/examples/a.py:7 at http://127.0.0.1:8123/ after 2001 ms, 1.5s, address 0x7f12\n"
    )

    named = normalise(text, {"PID": "41", "URL": "http://127.0.0.1:8123"}, {"seven|7$": "7"})

    assert named == (
        "[PID]     [task-1]             0x0\n"
        "[PID]     [task-2]             [task-1]\n"
        "examples/a.py:7 at http://127.0.0.1:[PORT]/ after [N] ms, [N]s, address [address]\n"
    )


def test_normalise_drops_lines_of_the_standard_library() -> None:
    """A patch release of CPython moves lines; that alone makes no output stale."""
    import asyncio.queues  # noqa: PLC0415 # its path is the input

    named = normalise(f"{asyncio.queues.__file__}:186", {}, {})

    assert named == "[stdlib]/asyncio/queues.py:[L]"


@pytest.mark.parametrize(
    "message",
    [
        "Invalid linked list structure",
        'Thread 71 (active): "MainThread"',
        "    Server.on_tick (uvicorn/server.py:262)",
        "      1 Server._serve -> Server.serve",
        "      1 Server.main_loop -> Server._serve",
        "     └──  refresh /examples/repro.py:29",
        "71  0x7f01  Task-3  refresh   0x0",
    ],
)
def test_racy_read_is_run_again(tmp_path: Path, message: str) -> None:
    """What a racy read says, or shows, runs the step again, until the output is the captured."""
    file = tmp_path / "racy.out"
    counter = tmp_path / "count"
    file.write_text(f"$ echo >>{counter}; test $(wc -l <{counter}) = 3 || echo '{message}'\n")

    check(str(file), update=False)

    assert counter.read_text() == "\n" * 3


@pytest.mark.parametrize(
    "message",
    [
        "different",
        "      1 sleep -> Server.main_loop -> Server._serve -> Server.serve ",
        "71  0x7f01  Task-3  sleep -> refresh   0x0",
        "     └──  refresh /examples/repro.py:29 and more",
    ],
)
def test_any_other_difference_is_not_run_again(tmp_path: Path, message: str) -> None:
    """A step that is merely different is run once."""
    file = tmp_path / "flaky.out"
    counter = tmp_path / "count"
    file.write_text(f"$ echo >>{counter}; echo '{message}'\n")

    with pytest.raises(StaleTranscriptError):
        check(str(file), update=False)

    assert counter.read_text() == "\n"


def test_a_command_does_not_know_of_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tools that print more under CI print what a reader sees."""
    monkeypatch.setenv("CI", "true")
    file = tmp_path / "ci.out"
    file.write_text('$ echo "CI is ${CI-not set}"\nCI is not set\n')

    check(str(file), update=False)


def test_output_before_a_command_is_refused() -> None:
    """A transcript says first what was run."""
    with pytest.raises(ValueError, match="begins with"):
        parse("output\n")


def test_rows_of_a_task_come_in_one_order() -> None:
    """Which awaiter ps prints first depends on addresses, and so on the machine."""
    row = "7 0x7f00000000{}0 shared {} 0x7f0000000{}00\n"
    one, two = row.format("a", "EUR", 1), row.format("a", "USD", 2)
    other = row.format("b", "CHF", 3)

    texts = [f"{first}{second}{other}" for first, second in ((one, two), (two, one))]
    results = {transcripts.normalise(text, {}, {}) for text in texts}
    assert len(results) == 1
    assert results.pop().index("EUR") < texts[0].index("CHF")
