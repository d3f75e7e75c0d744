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
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from examples import lab

PACKAGES = Path(__file__).with_name("packages.toml")
SECONDS = 60.0


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


def packages() -> list[dict[str, str]]:
    """Read what is probed."""
    entries: list[dict[str, str]] = tomllib.loads(PACKAGES.read_text())["package"]
    return entries


async def observe(
    entry: dict[str, str], where: str, url: str, patience: float = SECONDS
) -> Outcome:
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


def verdict(main: Outcome, sub: Outcome) -> str:
    """Compare the two uses.

    Returns:
        ``works``, ``falls back``, ``import error``, ``error``, ``crash``, ``hang``, or
        ``broken here`` when the package does not even work in the main interpreter.

    """
    if main.kind != "ok":
        return "broken here"
    if sub.kind != "ok":
        return sub.kind
    return "works" if main.core == sub.core else "falls back"


async def probe(entries: list[dict[str, str]]) -> dict[str, Any]:
    """Probe these packages, as many at once as there are CPUs."""
    width = asyncio.Semaphore(os.process_cpu_count() or 1)

    async def one(entry: dict[str, str], url: str) -> dict[str, Any]:
        async with width:
            main = await observe(entry, "main", url)
            sub = await observe(entry, "sub", url)
        timed = main.seconds and sub.seconds and main.core != sub.core
        slower = round(sub.seconds / main.seconds, 1) if timed else None
        return {
            "name": entry["name"],
            "group": entry["group"],
            "version": _version(entry),
            "verdict": verdict(main, sub),
            "main": main.text or main.core,
            "sub": sub.text or sub.core,
            "slower": slower,
            "note": entry.get("note", ""),
        }

    async with lab.redis() as url:
        rows = await asyncio.gather(*(one(entry, url) for entry in entries))
    return {"schema": 1, "cpython": platform.python_version(), "rows": rows}


def table(results: dict[str, Any], groups: set[str]) -> str:
    """Write the rows of some groups as a Markdown table."""
    head = "| package | version | in a subinterpreter | what it says |\n"
    rows = [_row(row) for row in results["rows"] if row["group"] in groups]
    return f"{head}| --- | --- | --- | --- |\n{''.join(rows)}"


def _row(row: dict[str, Any]) -> str:
    outcome = row["sub"]
    if row["verdict"] == "falls back":
        outcome = f"{row['main']} becomes {row['sub']}"
    if row["slower"]:
        outcome += f", {row['slower']:g} times as slow"
    quoted = f"`{outcome}`" if outcome else ""
    outcome = f"{quoted} ({row['note']})".lstrip() if row["note"] else quoted
    return f"| {row['name']} | {row['version']} | **{row['verdict']}** | {outcome} |\n"


def _version(entry: dict[str, str]) -> str:
    return "CPython" if entry["group"] == "stdlib" else metadata.version(entry["name"])


def main() -> None:
    """Parse the command line, probe, write."""
    parser = argparse.ArgumentParser(prog="probe", usage="%(prog)s [options]", description=__doc__)
    parser.add_argument("--output", type=Path, help="file to write")
    parser.add_argument("--package", action="append", help="probe only this one")
    options = parser.parse_args()
    entries = {entry["name"]: entry for entry in packages()}
    if unknown := set(options.package or []) - set(entries):
        parser.error(f"unknown package {', '.join(sorted(unknown))}")
    results = asyncio.run(probe([entries[name] for name in options.package or entries]))
    for row in results["rows"]:
        print(f"{row['name']:22} {row['verdict']:12} {row['sub']}")
    if options.output:
        options.output.write_text(json.dumps(results, indent=1) + "\n")
        options.output.with_suffix(".md").write_text(
            table(results, {"service", "storage", "tasks", "data"})
        )
        stdlib = options.output.with_name(f"{options.output.stem}-stdlib.md")
        stdlib.write_text(table(results, {"stdlib"}))


if __name__ == "__main__":
    main()
