"""Measure, or show what was measured: the command line that the benchmarks of triage share."""

from __future__ import annotations

import argparse
import json
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import Any

Results = dict[str, Any]


def parser(description: str | None, runs: int) -> argparse.ArgumentParser:
    """Make the command line of a benchmark.

    Args:
        description: what it does.
        runs: how often it runs by default.

    """
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--runs", type=int, default=runs)
    made.add_argument("--output", type=Path, help="where the JSON goes")
    made.add_argument("--show", type=Path, help="print the table of this file")
    return made


def machine() -> Results:
    """Say on what was measured."""
    return {
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} CPUs",
    }


def print_results(
    options: argparse.Namespace,
    measure: Callable[[], Results],
    show: Callable[[Results], None],
) -> None:
    """Show the results of a file, or measure, and keep what was measured where that is asked for.

    Args:
        options: of `parser`.
        measure: gives results, `machine` among them.
        show: prints them.

    """
    if options.show:
        found = json.loads(options.show.read_text())
    else:
        found = measure()
        if options.output:
            options.output.write_text(json.dumps(found, indent=1) + "\n")
    show(found)
