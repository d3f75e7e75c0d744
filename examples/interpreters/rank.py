"""Run one workload on one executor and print its result: by default the ranked hypotheses."""

import argparse
import hashlib
import os
from concurrent.futures import Executor
from contextlib import closing
from typing import Any

from examples.interpreters.harness import executors, handover
from examples.interpreters.workloads import CANDIDATES, market, scoring

SEED = 2026


def evaluate(pool: Executor, workload: str, form: handover.Form, data: market.Market) -> Any:
    """Run a workload over a market and give the combined result."""
    work = CANDIDATES[workload]
    with closing(handover.Sender(form, work.prepare(data))) as sender:
        return work.combine(executors.run(pool, workload, sender))


def digest(result: Any) -> str:
    """Give a digest of every bit of a result: `repr` of a float is exact."""
    return hashlib.sha256(repr(result).encode()).hexdigest()[:16]


def main() -> None:
    """Parse the command line, run, print."""
    parser = argparse.ArgumentParser(prog="rank", usage="%(prog)s [options]", description=__doc__)
    parser.add_argument("--workload", choices=CANDIDATES, default="scoring")
    parser.add_argument("--executor", choices=executors.KINDS, default="direct")
    parser.add_argument("--form", choices=handover.FORMS, default="packed")
    parser.add_argument("--workers", type=int, default=os.process_cpu_count() or 1)
    parser.add_argument("--instruments", type=int, default=32)
    parser.add_argument("--bars", type=int, default=2000)
    options = parser.parse_args()
    if options.form not in executors.forms(options.executor):
        parser.error(f"{options.form} does not cross to {options.executor}")
    try:
        data = market.generate(SEED, options.instruments, options.bars)
        with executors.open_pool(options.executor, options.workers) as pool:
            result = evaluate(pool, options.workload, options.form, data)
    except ValueError as error:
        parser.error(str(error))
    if options.workload == "scoring":
        for place, ranked in enumerate(result[:5], 1):
            finding = "  a finding" if ranked.is_finding else ""
            score = f"n={ranked.trades:5}  t={ranked.score:+.3f}"
            print(f"{place}  {_claim(ranked.hypothesis)}  {score}{finding}")
    print(f"{options.workload}: sha256 {digest(result)}")


def _claim(hypothesis: scoring.Hypothesis) -> str:
    kind = "momentum" if hypothesis.side > 0 else "reversal"
    return f"{kind} over {hypothesis.lookback:2} bars, held {hypothesis.horizon:2}"


if __name__ == "__main__":
    main()
