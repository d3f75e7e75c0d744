"""The compatibility map: its rows as a file, as Markdown, and what changed between two of them."""

import dataclasses
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

SCHEMA = 2

type Verdict = Literal["works", "falls back in silence", "fails", "broken here"]


@dataclass(frozen=True, slots=True)
class Row:
    """One package.

    Attributes:
        name: of the package.
        group: that it is listed in.
        version: that was used; of a module of the standard library, ``CPython``.
        cpython: release that it was used on.
        verdict: on its use in a subinterpreter.
        kind: how that use ended: ok, import error, error, crash or hang.
        main: core that did the work in the main interpreter, or the error there.
        sub: the same in the subinterpreter.
        slower: how many times as slow the subinterpreter's core is, where that was timed.
        note: what the use leaves out.

    """

    name: str
    group: str
    version: str
    cpython: str
    verdict: Verdict
    kind: str
    main: str
    sub: str
    slower: float | None
    note: str


def read(file: Path) -> list[Row]:
    """Read a map.

    Raises:
        OSError: when the file cannot be read.
        ValueError: when it is no map of this form.

    """
    found = json.loads(file.read_text())
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise ValueError(f"{file} is no compatibility map of schema {SCHEMA}")
    try:
        return [Row(**row) for row in found["rows"]]
    except (KeyError, TypeError) as error:
        raise ValueError(f"{file} is an incomplete compatibility map: {error}") from None


def write(file: Path, rows: Sequence[Row]) -> None:
    """Write a map, and its two tables next to it."""
    kept = {"schema": SCHEMA, "rows": [dataclasses.asdict(row) for row in rows]}
    file.write_text(json.dumps(kept, indent=1) + "\n")
    packages = {row.group for row in rows} - {"stdlib"}
    file.with_suffix(".md").write_text(table(rows, packages))
    file.with_name(f"{file.stem}-stdlib.md").write_text(table(rows, {"stdlib"}))


def table(rows: Sequence[Row], groups: Collection[str]) -> str:
    """Write the rows of some groups as a Markdown table."""
    head = "| package | version | CPython | in a subinterpreter | what it says |\n"
    lines = [_line(row) for row in rows if row.group in groups]
    return f"{head}| --- | --- | --- | --- | --- |\n{''.join(lines)}"


def _line(row: Row) -> str:
    outcome = row.sub
    if row.verdict == "falls back in silence":
        outcome = f"{row.main} becomes {row.sub}"
    if row.slower:
        outcome += f", {row.slower:g} times as slow"
    outcome = " ".join(
        [f"`{outcome}`" if outcome else "", f"({row.note})" if row.note else ""]
    ).strip()
    return f"| {row.name} | {row.version} | {row.cpython} | **{row.verdict}** | {outcome} |\n"


def changes(before: Sequence[Row], after: Sequence[Row]) -> Iterator[str]:
    """Say in a line for each package what is not as it was, and in a last line how much is."""
    old: Mapping[str, Row] = {row.name: row for row in before}
    changed = 0
    for row in after:
        was = old.get(row.name)
        if was is None:
            changed += 1
            yield f"{row.name} {row.version}, CPython {row.cpython}: new, {row.verdict}"
            continue
        moved = [
            f"{what} {one} -> {other}"
            for what, one, other in (
                ("version", was.version, row.version),
                ("CPython", was.cpython, row.cpython),
                ("verdict", was.verdict, row.verdict),
                ("says", repr(was.sub), repr(row.sub)),
            )
            if one != other
        ]
        if moved:
            changed += 1
            yield f"{row.name}: {', '.join(moved)}"
    probed = {row.name for row in after}
    for name in (name for name in old if name not in probed):
        changed += 1
        yield f"{name}: no longer probed, was {old[name].verdict}"
    yield f"{changed} of {len(after)} changed since the last probe"
