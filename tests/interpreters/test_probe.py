"""The compatibility map holds for the pinned packages, and the probe tells outcomes apart."""

import asyncio
import dataclasses
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from examples import lab
from examples.interpreters.compatibility import probe, table

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "examples/interpreters/results/compatibility.json"
AGAIN = "run 'make probe' and review the map"


@pytest.fixture(scope="module")
def captured() -> dict[str, table.Row]:
    """Give the committed rows by package."""
    return {row.name: row for row in table.read(RESULTS)}


def test_every_package_is_in_the_map(captured: dict[str, table.Row]) -> None:
    """The map has a row for each entry, of the version that is installed."""
    assert list(captured) == [entry["name"] for entry in probe.packages()], AGAIN
    stale = [
        name
        for name, row in captured.items()
        if row.group != "stdlib" and metadata.version(name) != row.version
    ]
    assert not stale, f"{', '.join(stale)}: {AGAIN}"


def test_each_package_works_in_the_main_interpreter(captured: dict[str, table.Row]) -> None:
    """As the page says, no package is broken where asyncio, threads and processes run."""
    page = (ROOT / "docs/concurrency/compatibility.md").read_text()
    assert "Each package works in the main interpreter" in page
    assert [name for name, row in captured.items() if row.verdict == "broken here"] == []


@pytest.mark.timeout(900)
def test_the_map_holds(captured: dict[str, table.Row]) -> None:
    """Used again in a subinterpreter, each package does what its row says."""
    entries = probe.packages()

    async def observe_all() -> list[probe.Outcome]:
        width = asyncio.Semaphore(os.process_cpu_count() or 1)

        async def one(entry: probe.Entry, url: str) -> probe.Outcome:
            async with width:
                return await probe.observe(entry, "sub", url)

        async with lab.redis() as url:
            return await asyncio.gather(*(one(entry, url) for entry in entries))

    changed = []
    for entry, outcome in zip(entries, asyncio.run(observe_all()), strict=True):
        row = captured[entry["name"]]
        if (outcome.kind, outcome.text or outcome.core) != (row.kind, row.sub):
            changed.append(f"{entry['name']}: was {row.kind} {row.sub!r}, is {outcome}")
    assert not changed, "\n".join([*changed, AGAIN])


@pytest.mark.parametrize(
    ("use", "core", "expected"),
    [
        ("pass", "1", "works"),
        ("import readline", "1", "fails"),
        ("import os; os.fork() or os._exit(0)", "1", "fails"),
        ("import _interpreters", "_interpreters.get_current()[0]", "falls back in silence"),
        ("raise LookupError('nowhere')", "1", "broken here"),
    ],
)
def test_verdicts(use: str, core: str, expected: str) -> None:
    """Working, falling back, a refused import and an error in use are told apart."""
    entry = {"name": "x", "group": "stdlib", "use": use, "core": core}

    async def both() -> str:
        main, sub = [await probe.observe(entry, where, "") for where in ("main", "sub")]
        return probe.verdict(main, sub)

    assert asyncio.run(both()) == expected


@pytest.mark.parametrize(
    ("use", "kind"),
    [("import os; os.kill(os.getpid(), 11)", "crash"), ("while True: pass", "hang")],
)
def test_crash_and_hang(use: str, kind: str) -> None:
    """A crash and a hang of one use are results, not the end of the probe."""
    entry = {"name": "x", "group": "stdlib", "use": use}
    assert asyncio.run(probe.observe(entry, "sub", "", patience=3.0)).kind == kind


def test_unknown_package_is_refused() -> None:
    """A package that is not listed ends in one line and status 2."""
    command = [
        sys.executable,
        "-m",
        "examples.interpreters.compatibility.probe",
        "--package",
        "nosuch",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "probe: error: unknown package nosuch"


def test_tables_are_made_from_the_results(tmp_path: Path) -> None:
    """The map and the tables of the page are what the committed rows give."""
    table.write(tmp_path / RESULTS.name, table.read(RESULTS))
    for name in (RESULTS.name, "compatibility.md", "compatibility-stdlib.md"):
        assert RESULTS.with_name(name).read_text() == (tmp_path / name).read_text()


def row(name: str, **changed: str) -> table.Row:
    """Give a row of a package that works, but for what is changed."""
    works = table.Row(name, "data", "1.0", "3.14.8", "works", "ok", "C", "C", None, "")
    return dataclasses.replace(works, **changed)  # type: ignore[arg-type]


def test_changes_since_the_last_probe_are_named() -> None:
    """A package, a version, a CPython or a verdict that is not as it was is a line."""
    names = ("same", "same too", "newer", "lost", "gone", "gone too")
    before = [row(name) for name in names]
    after = [
        row("same"),
        row("same too"),
        row("newer", version="1.1", cpython="3.14.10"),
        row("lost", verdict="falls back in silence", sub="python"),
        row("added"),
    ]
    assert list(table.changes(before, after)) == [
        "newer: version 1.0 -> 1.1, CPython 3.14.8 -> 3.14.10",
        "lost: verdict works -> falls back in silence, says 'C' -> 'python'",
        "added 1.0, CPython 3.14.8: new, works",
        "gone: no longer probed, was works",
        "gone too: no longer probed, was works",
        "5 of 5 changed since the last probe",
    ]


def test_an_incomplete_map_is_no_map(tmp_path: Path) -> None:
    """A file of this form that lacks its rows, or a part of one, is refused by name."""
    for number, text in enumerate(('{"schema": 2}', '{"schema": 2, "rows": [{"name": "redis"}]}')):
        file = tmp_path / f"{number}.json"
        file.write_text(text)
        with pytest.raises(ValueError, match=f"{number}.json is an incomplete compatibility map"):
            table.read(file)


def test_a_map_of_another_form_is_refused(tmp_path: Path) -> None:
    """A file that is no map of this form ends in one line and status 2, and stays as it is."""
    file = tmp_path / "map.json"
    file.write_text('{"schema": 1}')
    command = [sys.executable, "-m", "examples.interpreters.compatibility.probe"]
    done = subprocess.run(
        [*command, "--output", str(file)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].endswith("is no compatibility map of schema 2")
    assert file.read_text() == '{"schema": 1}'
