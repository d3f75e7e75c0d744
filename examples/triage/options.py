"""The command line of triage."""

from __future__ import annotations

import argparse
import contextlib
import pathlib
import re
from collections.abc import Callable, Sequence

STATUSES = ("findings", "waiting", "healthy", "busy", "idle", "blind")
UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0}
EPILOG = """\
exit status:
  0   read, and no finding
  1   findings
  2   wrong usage
  3   nothing could be read
  70  triage itself failed; what it knows is printed"""


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; a wrong one ends with status 2."""
    parser = argparse.ArgumentParser(
        prog="triage.py",
        description="From the PID of a Python process to a named cause, with the evidence.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "target",
        nargs="*",
        help="PIDs, each with its descendants; or a capture and a baseline; none: a list",
    )
    _add_looking(parser)
    _add_asking(parser)
    _add_printing(parser)
    options = parser.parse_args(argv)
    _sort_targets(parser, options)
    if not options.pids:
        for name in ("freeze", "in_process", "redis", "until", "save", "duration"):
            if getattr(options, name):
                flag = "--for" if name == "duration" else f"--{name.replace('_', '-')}"
                parser.error(f"{flag} needs a PID")
    if options.tree and not options.target:
        parser.error("--tree needs a PID or a capture")
    if options.save and options.save.exists():
        parser.error(f"{options.save} exists already")
    if options.freeze and options.in_process:
        parser.error("--freeze and --in-process exclude each other")
    if options.tree and (options.json or options.json_lines or options.until):
        parser.error("--tree excludes --json, --json-lines and --until")
    return options


def _add_looking(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how it looks")
    group.add_argument("--samples", type=_number(1), default=5, metavar="N", help="default: 5")
    group.add_argument(
        "--interval", type=_seconds, default=0.5, metavar="S", help="seconds; default: 0.5"
    )
    group.add_argument(
        "--for", dest="duration", type=_duration, metavar="T", help="look for so long: 90, 10m, 1h"
    )
    group.add_argument(
        "--until", choices=STATUSES, metavar="OUTCOME", help="look until this outcome; see --for"
    )
    group.add_argument(
        "--own", action="append", default=[], metavar="NAME", help="a package or path that is yours"
    )


def _add_asking(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what needs consent")
    group.add_argument(
        "--freeze", action="store_true", help="stop the process for each read, 1 s at most"
    )
    group.add_argument(
        "--in-process", action="store_true", help="run a script in the process that only reads"
    )
    group.add_argument(
        "--wait", type=_seconds, default=5.0, metavar="S", help="for its answer; default: 5"
    )
    group.add_argument(
        "--redis", metavar="URL", help="ask this Redis for jobs that no process works on"
    )


def _add_printing(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what it prints")
    group.add_argument(
        "--save", type=pathlib.Path, metavar="FILE", help="write a capture into a new file as well"
    )
    group.add_argument("--tree", action="store_true", help="who waits for whom, and who holds what")
    group.add_argument("--json", action="store_true", help="the report as JSON")
    group.add_argument(
        "--json-lines", action="store_true", help="a line of JSON for each process, as it comes"
    )
    group.add_argument("--rules", action="store_true", help="the rules, and end")
    group.add_argument("--debug", action="store_true", help="tracebacks of errors of triage")


def _sort_targets(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Tell PIDs from captures."""
    options.pids, options.files = [], []
    for word in options.target:
        if word.isascii() and word.isdecimal():
            if not 1 <= int(word) < 2**31:
                parser.error(f"{word} is not a PID: a number from 1 on")
            options.pids.append(int(word))
        elif re.match(r"^-?[\d.]+$", word) or not pathlib.Path(word).exists():
            parser.error(f"{word!a} is neither a PID nor a file")
        else:
            options.files.append(pathlib.Path(word))
    if options.pids and options.files:
        parser.error("give PIDs, or captures, but not both")
    if len(options.files) > 2:
        parser.error("give one capture, or a capture and its baseline")


def _number(least: int) -> Callable[[str], int]:
    def convert(text: str) -> int:
        if not text.isascii() or not text.isdecimal() or not least <= int(text) < 2**31:
            raise argparse.ArgumentTypeError(f"{text!a} is not a number from {least} on")
        return int(text)

    return convert


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if 0.01 <= float(text) <= 3600:
            return float(text)
    raise argparse.ArgumentTypeError(f"{text!a} is not a number of seconds from 0.01 to 3600")


def _duration(text: str) -> float:
    found = re.match(r"^(\d+(?:\.\d+)?)([smh]?)$", text)
    if found and 0.1 <= float(found[1]) * UNITS[found[2]] <= 86_400:
        return float(found[1]) * UNITS[found[2]]
    raise argparse.ArgumentTypeError(f"{text!a} is no duration such as 90, 90s, 10m or 1h")
