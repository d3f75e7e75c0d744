"""Run triage many times on every target and print one table of what it said.

``python -m tests.triage.confusion --runs 20``. A target is started once and then
looked at `runs` times.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.repros import running
from tests.transcripts import ROOT
from tests.triage.expected import INCIDENTS, Expected
from tests.triage.healthy import HEALTHY
from tests.triage.reports import TRIAGE

NOTHING = "no finding"


async def said(pid: int, *options: str) -> str:
    """Run triage once and give what it names first: a cause, a function; or nothing."""
    command = [sys.executable, TRIAGE, "--json", *options, str(pid)]
    with tempfile.TemporaryFile() as output:
        triage = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, stdout=output, stderr=asyncio.subprocess.DEVNULL
        )
        status = await triage.wait()
        output.seek(0)
        report: dict[str, Any] = json.loads(output.read())
    for process in report["processes"]:
        for finding in process["findings"]:
            return f"{finding['cause']} in {finding['function']}"
    return NOTHING if status in {0, 3} else f"exit status {status}"


async def ask(pid: int, runs: int, together: int, options: Sequence[str] = ()) -> Counter[str]:
    """Run triage `runs` times on one process, some of them at the same time."""
    limit = asyncio.Semaphore(1 if options else together)

    async def one() -> str:
        async with limit:
            return await said(pid, *options)

    return Counter(await asyncio.gather(*(one() for _ in range(runs))))


async def healthy(name: str, runs: int, together: int) -> Counter[str]:
    """Start a healthy target and ask about it."""
    async with HEALTHY[name]() as pid:
        return await ask(pid, runs, together)


def wanted(expected: Expected) -> str:
    """Give what triage ought to say about a faulty service."""
    return f"{expected.cause} in {expected.function}" if expected.cause else NOTHING


def rows(runs: int, together: int, only: str) -> Iterable[tuple[str, str, Counter[str]]]:
    """Ask about every target; give its name, what is right, and what was said."""
    for name, expected in sorted(INCIDENTS.items()):
        if not (ROOT / "examples/incidents" / name).is_dir():
            continue
        for flags, right in (((), wanted(expected)), (("--fixed",), NOTHING)):
            title = " ".join((name, *flags))
            if only in title:
                with running(name, *flags) as target:
                    answers = asyncio.run(ask(target.pid, runs, together, expected.options))
                yield title, right, answers
    for name in HEALTHY:
        if only in name:
            yield name, NOTHING, asyncio.run(healthy(name, runs, together))


def main() -> None:
    """Print the table, and end with 1 when anything in it is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--together", type=int, default=5, help="runs at the same time")
    parser.add_argument("--only", default="", help="part of the names of the targets")
    parser.add_argument("--output", type=Path, help="write the table there as well")
    options = parser.parse_args()
    lines = [f"{'target':<32} {'right':>8}  said"]
    print(*lines)
    wrong = False
    for title, right, answers in rows(options.runs, options.together, options.only):
        share = f"{answers[right]}/{options.runs}"
        what = "; ".join(f"{text} ({count})" for text, count in answers.most_common())
        lines.append(f"{title:<32} {share:>8}  {what}")
        print(lines[-1], flush=True)
        wrong = wrong or answers[right] < options.runs
    if options.output:
        options.output.write_text("\n".join(lines) + "\n")
    sys.exit(wrong)


if __name__ == "__main__":
    main()
