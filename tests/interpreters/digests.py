"""Print a digest of each workload in each form of hand-over, on one kind of executor."""

import json
import sys

from examples.interpreters import rank
from examples.interpreters.harness import executors
from examples.interpreters.workloads import CANDIDATES, market

WORKERS = 2


def main(kind: executors.Kind) -> None:
    """Run everything in one pool: forking beside interpreters would crash the child."""
    data = market.generate(rank.SEED, instruments=5, bars=300)
    with executors.open_pool(kind, WORKERS) as pool:
        executors.warm_up(pool, WORKERS)
        digests = {
            f"{workload}, {form}": rank.digest(rank.evaluate(pool, workload, form, data))
            for workload in CANDIDATES
            for form in executors.forms(kind)
        }
    json.dump(digests, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])  # type: ignore[arg-type] # checked by open_pool
