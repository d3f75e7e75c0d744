"""Use each package in the main interpreter and in a fresh subinterpreter, one process each.

python -m examples.interpreters.compatibility.probe --output compatibility.json
"""

import argparse
import asyncio
import json
import os
import platform
import sys
import tomllib
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from examples import lab
from examples.interpreters.compatibility import table
from examples.interpreters.report.printing import say

PACKAGES = Path(__file__).with_name("packages.toml")
SECONDS = 60.0

type Entry = Mapping[str, str]


class Outcome(NamedTuple):
    """What became of one use.

    Attributes:
        kind: ok, import error, error, crash or hang.
        text: the message, empty when it is ok.
        core: which implementation did the work, as the package's entry asks.
        seconds: of one timed statement, 0 without one.

    """

    kind: str
    text: str = ""
    core: str = ""
    seconds: float = 0.0


def packages() -> list[Entry]:
    """Read what is probed."""
    entries: list[Entry] = tomllib.loads(PACKAGES.read_text())["package"]
    return entries


async def observe(entry: Entry, where: str, url: str, patience: float = SECONDS) -> Outcome:
    """Use a package in a process of its own, and say what became of it.

    Args:
        entry: of `packages`.
        where: ``main`` or ``sub``.
        url: of a Redis.
        patience: seconds until a use counts as hanging.

    """
    child = await asyncio.create_subprocess_exec(
        *[sys.executable, "-m", "examples.interpreters.compatibility.use", where],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"REDIS_URL": url},
        cwd=lab.ROOT,
    )
    try:
        async with asyncio.timeout(patience):
            output, _ = await child.communicate(json.dumps(entry).encode())
    except TimeoutError:
        child.kill()
        await child.wait()
        return Outcome("hang", f"no end after {patience:.0f} s")
    if child.returncode:
        return Outcome("crash", f"the process ended with status {child.returncode}")
    return Outcome(*json.loads(output.splitlines()[-1]))


def verdict(main: Outcome, sub: Outcome) -> table.Verdict:
    """Compare the two uses; a package that fails in the main interpreter too is broken here."""
    if main.kind != "ok":
        return "broken here"
    if sub.kind != "ok":
        return "fails"
    return "works" if main.core == sub.core else "falls back in silence"


async def probe(entries: Sequence[Entry]) -> list[table.Row]:
    """Probe these packages, as many at once as there are CPUs."""
    width = asyncio.Semaphore(os.process_cpu_count() or 1)

    async def one(entry: Entry, url: str) -> table.Row:
        async with width:
            main = await observe(entry, "main", url)
            sub = await observe(entry, "sub", url)
        timed = main.seconds and sub.seconds and main.core != sub.core
        return table.Row(
            name=entry["name"],
            group=entry["group"],
            version=_version(entry),
            cpython=platform.python_version(),
            verdict=verdict(main, sub),
            kind=sub.kind,
            main=main.text or main.core,
            sub=sub.text or sub.core,
            slower=round(sub.seconds / main.seconds, 1) if timed else None,
            note=entry.get("note", ""),
        )

    async with lab.redis() as url:
        return await asyncio.gather(*(one(entry, url) for entry in entries))


def _version(entry: Entry) -> str:
    return "CPython" if entry["group"] == "stdlib" else metadata.version(entry["name"])


def main() -> None:
    """Parse the command line, probe, write, and say what changed."""
    parser = argparse.ArgumentParser(prog="probe", usage="%(prog)s [options]", description=__doc__)
    parser.add_argument("--output", type=Path, help="file to write; says what changed in it")
    parser.add_argument("--package", action="append", help="probe only this one")
    options = parser.parse_args()
    entries = {entry["name"]: entry for entry in packages()}
    if unknown := set(options.package or []) - set(entries):
        parser.error(f"unknown package {', '.join(sorted(unknown))}")
    if options.package and options.output:
        parser.error("--output keeps the whole map: leave out --package")
    try:
        before = table.read(options.output) if options.output and options.output.exists() else []
    except (OSError, ValueError) as error:
        parser.error(str(error))
    rows = asyncio.run(probe([entries[name] for name in options.package or entries]))
    if not options.output:
        for row in rows:
            say(f"{row.name:22} {row.version:12} {row.cpython:8} {row.verdict:22} {row.sub}")
        return
    table.write(options.output, rows)
    say("\n".join(table.changes(before, rows)))


if __name__ == "__main__":
    main()
