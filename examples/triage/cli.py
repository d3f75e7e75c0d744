"""The command."""

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence

from examples.triage.before.outcome import judge
from examples.triage.read.in_process import ANNOUNCEMENT, ask
from examples.triage.read.proc import opened, parents, with_descendants
from examples.triage.read.redis import RedisError, assign, pending_entries
from examples.triage.read.sampling import watch
from examples.triage.say.data import json_report
from examples.triage.say.explain import rules_text
from examples.triage.say.text import Painter, clean, list_text, text_report

SCHEMA = 1


def arguments(argv: Sequence[str]) -> argparse.Namespace:
    """Read the command line; a wrong one ends with status 2."""
    parser = argparse.ArgumentParser(
        prog="triage.py",
        description="From the PID of a Python 3.14 process to a named cause, with the evidence.",
        epilog="Exit status: 0 read and no finding, 1 findings, 2 usage, 3 nothing could be read.",
    )
    parser.add_argument("pid", nargs="*", type=_number(1), help="inspect it and its descendants")
    parser.add_argument("--samples", type=_number(1), default=5, metavar="N", help="default: 5")
    parser.add_argument(
        "--interval", type=_seconds, default=0.5, metavar="S", help="seconds; default: 0.5"
    )
    parser.add_argument("--freeze", action="store_true", help="stop the process for each read")
    parser.add_argument(
        "--in-process", action="store_true", help="run a script in the process that only reads"
    )
    parser.add_argument(
        "--redis", metavar="URL", help="ask this Redis for jobs that no process works on"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--rules", action="store_true", help="print the rules and end")
    options = parser.parse_args(argv)
    if (options.freeze or options.in_process or options.redis) and not options.pid:
        parser.error("--freeze, --in-process and --redis need a PID")
    if options.freeze and options.in_process:
        parser.error("--freeze and --in-process exclude each other")
    return options


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


def inspect(options: argparse.Namespace) -> int:
    """Do what the command line asks for, and give the exit status."""
    processes = opened(with_descendants(options.pid))
    if options.in_process:
        for process in processes:
            print(ANNOUNCEMENT.format(pid=process.pid), file=sys.stderr)
    taken = set(pending_entries(options.redis) if options.redis else ())
    samples, window = watch(
        processes, samples=options.samples, interval=options.interval, freeze=options.freeze
    )
    if taken:
        assign(taken.intersection(pending_entries(options.redis)), processes)
    if options.in_process:
        for process in processes:
            ask(process)
    verdicts = [judge(process, window) for process in processes]
    mode = "frozen" if options.freeze else "in-process" if options.in_process else "read-only"
    run = {
        "schema": SCHEMA,
        "python": ".".join(map(str, sys.version_info[:3])),
        "samples": samples,
        "window_s": round(window, 2),
        "mode": mode,
    }
    if options.json:
        print(json_report(verdicts, run))
    else:
        paint = Painter(on=sys.stdout.isatty() and "NO_COLOR" not in os.environ)
        print("\n".join(text_report(verdicts, run, paint)))
    if any(verdict.findings for verdict in verdicts):
        return 1
    return 0 if any(verdict.was_read for verdict in verdicts) else 3


def list_processes() -> int:
    """Print the Python 3.14 processes that this user may read."""
    found = [process for process in opened(sorted(parents())) if process.pid != os.getpid()]
    watch(found, samples=1, interval=0.01, freeze=False)
    readable = [process for process in found if not process.is_over]
    verdicts = [judge(process, 0.0) for process in readable]
    print("\n".join(list_text(verdicts)))
    return 0 if verdicts else 3


def main(argv: Sequence[str]) -> int:
    """Run the command, and give its exit status."""
    # A lone surrogate in a name must not end the report.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    options = arguments(argv)
    try:
        if options.rules:
            print("\n".join(rules_text()))
            status = 0
        else:
            status = inspect(options) if options.pid else list_processes()
        # Here, and not at the end of the interpreter, where nobody could handle it.
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except RedisError as error:
        # Without the address, which may hold a password.
        print(f"error: --redis: {clean(str(error))}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader, such as head, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return status
