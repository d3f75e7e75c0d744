"""Captures of every incident and healthy service, kept as test data: ``make captures``.

The rules are judged on them without a process. A capture holds names and places; those of
the machine that made it are replaced.
"""

import argparse
import asyncio
import lzma
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.support import alerts
from tests.support.repros import running
from tests.support.transcripts import ROOT
from tests.triage.expected import INCIDENTS
from tests.triage.healthy import HEALTHY
from tests.triage.kept import FIXED, FOLDER, SUFFIX
from tests.triage.reports import report

# In this order: the environment lies in the checkout.
PLACES = {
    sys.prefix: "/srv/iris/.venv",
    str(ROOT): "/srv/iris",
    sysconfig.get_path("stdlib"): "/usr/lib/python3.14",
    sys.base_prefix: "/usr",
    tempfile.gettempdir(): "/tmp",  # noqa: S108 # a name in a capture
}


def keep(name: str, capture: Path) -> None:
    """Keep a capture, without the places of this machine."""
    text = capture.read_text()
    for place, neutral in PLACES.items():
        text = text.replace(place, neutral)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}{SUFFIX}").write_bytes(lzma.compress(text.encode()))
    print(name, flush=True)


def capture_incident(name: str, *flags: str) -> None:
    """Start an incident, run triage once, and keep what was read."""
    with running(name, *flags) as target, tempfile.TemporaryDirectory() as folder:
        if not flags:
            alerts.reach(name, target)
        options = INCIDENTS[name].options_for(target, Path(folder), fixed=bool(flags))
        if "--save" not in options:
            options += ["--save", f"{folder}/capture.json"]
        report(target.pid, *options)
        (capture,) = Path(folder).glob("*.json")
        keep(name + FIXED * bool(flags), capture)


def capture_healthy(name: str) -> None:
    """Start a healthy target, run triage once, and keep what was read."""

    async def capture() -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "capture.json"
            async with HEALTHY[name]() as pid:
                await asyncio.to_thread(report, pid, "--save", file)
            keep(name, file)

    asyncio.run(capture())


def captures() -> Iterator[tuple[str, Callable[[], None]]]:
    """Give each name with the function that makes its capture."""
    for name in INCIDENTS:
        yield name, partial(capture_incident, name)
        yield name + FIXED, partial(capture_incident, name, "--fixed")
    for name in HEALTHY:
        yield name, partial(capture_healthy, name)


def main() -> None:
    """Make the captures that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="all of them, unless some are named")
    wanted = parser.parse_args().names
    every = dict(captures())
    if unknown := set(wanted) - set(every):
        parser.error(f"no target is named {', '.join(sorted(unknown))}")
    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(every[name]) for name in wanted or every]:
            done.result()


if __name__ == "__main__":
    main()
