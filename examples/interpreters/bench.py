"""Measure every executor on this machine and write the results as JSON.

    python -m examples.interpreters.bench --output results.json

Or measure a function of your own, which takes one slice, in every executor and form that
can take it, and judge it by the gate; the exit status is the gate's:

    python -m examples.interpreters.bench --function package.module:function \
        --slices package.module:make_slices
"""

import argparse
import contextlib
import os
import platform
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from examples.interpreters.analysis.results import parse
from examples.interpreters.compatibility.state import shared_state
from examples.interpreters.harness import experiments, function, output
from examples.interpreters.harness.pools import HostError
from examples.interpreters.harness.progress import Progress
from examples.interpreters.harness.tools import TOOLS
from examples.interpreters.report import verdicts
from examples.interpreters.report.printing import say

SCHEMA = 2
REFUSED = 3  # as the gate

EXPERIMENTS = experiments.EXPERIMENTS | TOOLS

type Found = dict[str, object]


def machine(workers: int) -> dict[str, object]:
    """Describe what the results depend on."""
    model = "unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "cpython": platform.python_version(),
        "compiler": platform.python_compiler(),
        "gil": sys._is_gil_enabled(),  # noqa: SLF001 # documented, and public only by name
        "platform": platform.platform(aliased=True),
        "processor": model,
        "cpus": os.process_cpu_count(),
        "workers": workers,
        "load_before": round(os.getloadavg()[0], 2),
        "real_time": os.sched_getscheduler(0) in {os.SCHED_FIFO, os.SCHED_RR},
    }


def document(options: argparse.Namespace, found: Found, begin: float) -> Found:
    """Add to the results of the experiments what they were measured on, and when."""
    return {
        "schema": SCHEMA,
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "quick": options.quick,
        "machine": options.machine,
        **found,
        "seconds": round(time.monotonic() - begin),
    }


def measure_workloads(options: argparse.Namespace, progress: Progress) -> Found:
    """Measure the workloads of this project."""
    scale = experiments.QUICK if options.quick else experiments.FULL
    found: Found = {}
    for name in options.only or experiments.EXPERIMENTS:
        progress(f"{name} ...")
        found[name] = EXPERIMENTS[name](scale, options.workers, progress)
    return found


def measure_function(options: argparse.Namespace, progress: Progress) -> Found:
    """Measure a function of somebody else."""
    shared = shared_state(function.find(options.function))
    function.find(options.slices)
    runs_in = options.runs_in or "worker"
    declared = {"runs_in": runs_in, "must_be_killable": options.must_be_killable}
    target = function.Target(options.function, options.slices, tuple(shared), declared)
    effort = function.QUICK if options.quick else function.FULL
    limit = function.at_most(options.at_most) if options.at_most else contextlib.nullcontext()
    with limit:
        return function.measure(target, effort, options.workers, progress)


def arguments() -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(
        prog="bench",
        usage="%(prog)s [options]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--output", type=Path, help="file to write")
    parser.add_argument("--quick", action="store_true", help="few rounds, in under a minute")
    parser.add_argument("--workers", type=int, default=os.process_cpu_count())
    parser.add_argument(
        "--only",
        choices=EXPERIMENTS,
        action="append",
        metavar="EXPERIMENT",
        help=f"one of {', '.join(EXPERIMENTS)}; may be repeated",
    )
    own = parser.add_argument_group("a function of your own")
    own.add_argument("--function", help="package.module:function, which takes one slice")
    own.add_argument("--slices", help="package.module:function, which gives the slices")
    own.add_argument(
        "--at-most",
        type=float,
        metavar="SECONDS",
        help=f"refuse what takes longer; with --quick {function.QUICK_SECONDS:g} unless given",
    )
    own.add_argument(
        "--runs-in", choices=("worker", "api"), help="process that it runs in: worker unless given"
    )
    own.add_argument(
        "--must-be-killable", action="store_true", help="a slice that runs away has to be killed"
    )
    options = parser.parse_args()
    check(parser, options)
    if options.quick and options.at_most is None:
        options.at_most = function.QUICK_SECONDS
    options.machine = machine(options.workers)
    return options


def check(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """End with one line about options that make no sense."""
    if options.workers < 1:
        parser.error(f"--workers {options.workers}: at least one worker is needed")
    if options.at_most is not None and options.at_most <= 0.0:
        parser.error(f"--at-most {options.at_most:g}: give more than no time")
    if bool(options.function) != bool(options.slices):
        parser.error("--function and --slices belong together")
    for name in ("at_most", "runs_in", "must_be_killable"):
        if getattr(options, name) and not options.function:
            parser.error(f"--{name.replace('_', '-')} is about a function: --function is needed")
    if options.function and options.only:
        parser.error("--only names an experiment of this project's own workloads")
    if not options.function and not options.output:
        parser.error("--output is needed: the file to write")
    if not shutil.which("redis-server"):
        parser.error("no redis-server, which the TaskIQ workers need: run 'make bootstrap-all'")
    if options.output and not options.output.parent.is_dir():
        parser.error(f"--output {options.output}: no such folder")


def main() -> None:
    """Measure, write, and judge what is not ours."""
    options = arguments()
    progress = Progress()
    begin = time.monotonic()
    try:
        measure = measure_function if options.function else measure_workloads
        results = document(options, measure(options, progress), begin)
    except KeyboardInterrupt:
        sys.exit("error: interrupted; nothing was written")
    except HostError as error:
        sys.exit(f"error: {error}")
    except function.TargetError as error:
        print(f"refused: {error}", file=sys.stderr)
        sys.exit(REFUSED)
    if options.output:
        output.write(options.output, results)
        progress(f"wrote {options.output} after {results['seconds']} s")
    if options.function:
        measured = parse(results)
        report, verdict = verdicts.of_function(measured)
        if options.output:
            page = verdicts.page_of_function(measured)
            options.output.with_suffix(".md").write_text(page)
        say(report.removesuffix("\n"))
        sys.exit(verdict)


if __name__ == "__main__":
    main()
