"""Measure every executor on this machine and write the results as JSON.

python -m examples.interpreters.bench --output results.json
"""

import argparse
import json
import os
import platform
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from examples.interpreters.harness import sections
from examples.interpreters.harness.fleet import HostError

SCHEMA = 1


def machine(workers: int) -> dict[str, Any]:
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
    }


def rounded(results: Any) -> Any:
    """Cut every float to seven significant digits, more than any clock here gives."""
    match results:
        case dict():
            return {name: rounded(value) for name, value in results.items()}
        case list():
            return [rounded(value) for value in results]
        case float():
            return float(f"{results:.7g}")
    return results


def say(text: str) -> None:
    """Show progress."""
    print(f"[{time.strftime('%H:%M:%S')}] {text}", file=sys.stderr, flush=True)


def main() -> None:
    """Parse the command line, measure, write."""
    parser = argparse.ArgumentParser(prog="bench", usage="%(prog)s [options]", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="file to write")
    parser.add_argument("--quick", action="store_true", help="few rounds: checks the harness only")
    parser.add_argument("--workers", type=int, default=os.process_cpu_count())
    parser.add_argument("--only", choices=sections.SECTIONS, action="append", help="a section")
    options = parser.parse_args()
    if options.workers < 1:
        parser.error(f"--workers {options.workers}: at least one worker is needed")
    if not shutil.which("redis-server"):
        parser.error("no redis-server, which the TaskIQ workers need: run 'make bootstrap-all'")
    if not options.output.parent.is_dir():
        parser.error(f"--output {options.output}: no such folder")
    scale = sections.QUICK if options.quick else sections.FULL
    begin = time.monotonic()
    results: dict[str, Any] = {
        "schema": SCHEMA,
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "quick": options.quick,
        "machine": machine(options.workers),
    }
    try:
        for name in options.only or sections.SECTIONS:
            say(f"{name} ...")
            results[name] = sections.SECTIONS[name](scale, options.workers, say)
    except KeyboardInterrupt:
        sys.exit("error: interrupted; nothing was written")
    except HostError as error:
        sys.exit(f"error: {error}")
    results["seconds"] = round(time.monotonic() - begin)
    options.output.write_text(json.dumps(rounded(results), indent=1) + "\n")
    say(f"wrote {options.output} after {results['seconds']} s")


if __name__ == "__main__":
    main()
