"""Measured figures as a file, and the command line of the scripts that measure them.

The file is JSON: ``schema`` (1), ``date``, ``python``, ``platform``, ``cpus``,
and ``figures``: for each metric a value for each case, in the unit of its title.
"""

import argparse
import json
import os
import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SCHEMA = 1

type Figures = dict[str, dict[str, float]]


def document(figures: Figures) -> dict[str, Any]:
    """Add to the figures what they were measured on, and keep three digits of each."""
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).date().isoformat(),
        "python": platform.python_version(),
        "platform": f"{platform.system()} {platform.machine()}",
        "cpus": os.process_cpu_count(),
        "figures": {
            metric: {case: float(f"{value:.3g}") for case, value in row.items()}
            for metric, row in figures.items()
        },
    }


def show(measured: dict[str, Any], titles: dict[str, str]) -> None:
    """Print the figures of a document that have a title."""
    for metric, title in titles.items():
        print(title)
        for case, value in measured["figures"][metric].items():
            print(f"    {case:11}  {value:8g}")
    print("CPython {python}, {platform}, {cpus} CPUs, {date}".format_map(measured))


def main(measure: Callable[[], Figures], titles: dict[str, str]) -> None:
    """Measure, or print what was measured: ``run``, or ``show FILE [METRIC ...]``."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="measure, and print JSON")
    table = commands.add_parser("show", help="print figures")
    table.add_argument("file", type=Path)
    table.add_argument("metrics", nargs="*", choices=titles, metavar="METRIC", default=[*titles])
    arguments = parser.parse_args()
    if arguments.command == "run":
        print(json.dumps(document(measure()), indent=2))
        return
    try:
        measured = json.loads(arguments.file.read_text())
    except (OSError, ValueError) as error:
        parser.error(f"{arguments.file} holds no figures: {error}")
    show(measured, {metric: titles[metric] for metric in arguments.metrics})
